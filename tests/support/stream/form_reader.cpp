#include "support/stream/form_reader.h"

#include <zlib.h>
#include <zstd.h>

#include <array>

#include "base/json.h"

namespace sluice::stream {
namespace {

constexpr int gzip_only = 15 + 16;   // of zlib's windowBits
constexpr unsigned window_log = 23;  // RFC 9659: browsers take 8 MiB

std::string id_of(const Value& envelope) {
  const auto* id = envelope.find("id");
  return id == nullptr ? "" : std::string(id->as_text());
}

}  // namespace

struct FormReader::State {
  explicit State(FormKind its_form) : form(its_form) {
    if (form == FormKind::gzip) inflateInit2(&gzip, gzip_only);
    if (form == FormKind::zstd) {
      zstd = ZSTD_createDCtx();
      ZSTD_DCtx_setParameter(zstd, ZSTD_d_windowLogMax, window_log);
    }
  }
  ~State() {
    if (form == FormKind::gzip) inflateEnd(&gzip);
    ZSTD_freeDCtx(zstd);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  bool inflate(std::string_view bytes);
  bool decompress(std::string_view bytes);
  bool read_frames(std::string_view bytes, std::vector<event::WireEvent>& events);
  bool read_frame(unsigned opcode, std::string_view payload, std::vector<event::WireEvent>& events);

  const FormKind form;
  event::WireParser parser;
  z_stream gzip{};
  ZSTD_DCtx* zstd = nullptr;
  std::string text;
  std::string frames;  // not yet read
  std::string last_id;
  std::size_t pings = 0;
  bool whole = false;
};

bool FormReader::State::inflate(std::string_view bytes) {
  gzip.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  gzip.avail_in = static_cast<uInt>(bytes.size());
  std::array<char, 4096> out{};
  while (gzip.avail_in > 0 || gzip.avail_out == 0) {
    if (whole) return false;  // bytes after the trailer
    gzip.next_out = reinterpret_cast<Bytef*>(out.data());
    gzip.avail_out = out.size();
    const auto done = ::inflate(&gzip, Z_SYNC_FLUSH);
    text.append(out.data(), out.size() - gzip.avail_out);
    if (done == Z_STREAM_END) whole = true;
    if (done == Z_BUF_ERROR) return true;
    if (done != Z_OK && done != Z_STREAM_END) return false;
  }
  return true;
}

bool FormReader::State::decompress(std::string_view bytes) {
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  std::array<char, 4096> buffer{};
  for (bool full = false; full || in.pos < in.size;) {
    ZSTD_outBuffer out{buffer.data(), buffer.size(), 0};
    const auto left = ZSTD_decompressStream(zstd, &out, &in);
    if (ZSTD_isError(left) != 0) return false;
    text.append(buffer.data(), out.pos);
    full = out.pos == out.size;
    whole = left == 0;
  }
  return true;
}

bool FormReader::State::read_frames(std::string_view bytes, std::vector<event::WireEvent>& events) {
  frames.append(bytes);
  for (;;) {
    if (frames.size() < 2) return true;
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(frames[at]); };
    if ((byte(0) & 0x70U) != 0 || (byte(0) & 0x80U) == 0 || (byte(1) & 0x80U) != 0) return false;
    std::size_t head = 2;
    std::size_t length = byte(1);
    if (length >= 126) {
      const std::size_t wide = length == 126 ? 2 : 8;
      if (frames.size() < head + wide) return true;
      length = 0;
      for (std::size_t i = 0; i < wide; ++i) length = length << 8U | byte(head + i);
      if (length < (wide == 2 ? 126U : 65536U)) return false;  // RFC 6455 5.2: the shortest way
      head += wide;
    }
    if (frames.size() < head + length) return true;
    const auto payload = frames.substr(head, length);
    if (!read_frame(byte(0) & 0x0fU, payload, events)) return false;
    frames.erase(0, head + length);
  }
}

bool FormReader::State::read_frame(unsigned opcode, std::string_view payload, std::vector<event::WireEvent>& events) {
  constexpr unsigned text_message = 1;
  constexpr unsigned ping = 9;
  if (opcode == ping) ++pings;
  if (opcode != text_message) return opcode == ping;
  text.append(payload).append("\n");
  const auto envelope = parse_json(payload);
  if (!envelope || envelope->find("type") == nullptr || envelope->find("timestamp") == nullptr) return false;
  const auto* data = envelope->find("data");
  if (auto id = id_of(*envelope); !id.empty()) last_id = id;
  events.push_back({std::string(envelope->find("type")->as_text()), data == nullptr ? "" : to_json(*data), last_id});
  return true;
}

FormReader::FormReader(FormKind form) : state_(std::make_unique<State>(form)) {}
FormReader::~FormReader() = default;
FormReader::FormReader(FormReader&&) noexcept = default;
FormReader& FormReader::operator=(FormReader&&) noexcept = default;

bool FormReader::feed(std::string_view bytes, std::vector<event::WireEvent>& events) {
  auto& state = *state_;
  if (state.form == FormKind::websocket) return state.read_frames(bytes, events);
  const auto before = state.text.size();
  if (state.form == FormKind::gzip && !bytes.empty() && !state.inflate(bytes)) return false;
  if (state.form == FormKind::zstd && !state.decompress(bytes)) return false;
  if (state.form == FormKind::sse) state.text.append(bytes);
  return state.parser.feed(std::string_view(state.text).substr(before), events).has_value();
}

bool FormReader::whole() const {
  return state_->whole;
}

std::size_t FormReader::pings() const {
  return state_->pings;
}

const std::string& FormReader::text() const {
  return state_->text;
}

}  // namespace sluice::stream
