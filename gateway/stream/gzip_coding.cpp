#include <zlib.h>

#include <algorithm>
#include <cassert>

#include "stream/coding.h"

namespace sluice::stream {
namespace {

constexpr int raw_deflate = -15;  // the window's bits; negative: without zlib's own head
// The smallest table is emptied for each text: an event is short.
constexpr int small_table = 5;
constexpr std::size_t most_stored = 65535;                  // RFC 1951 3.2.4: LEN has 16 bits
constexpr std::size_t too_short = 48;                       // what no block makes smaller
constexpr std::size_t most_pressed = std::size_t{1} << 30;  // the library counts in 32 bits

void put_number(std::uint32_t number, int bytes, std::string& out) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>(number >> (8 * i) & 0xffU));
}

class GzipCoding final : public Coding {
 public:
  GzipCoding() {
    [[maybe_unused]] const auto made =
        deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, raw_deflate, small_table, Z_DEFAULT_STRATEGY);
    assert(made == Z_OK);
  }
  ~GzipCoding() override { deflateEnd(&stream_); }
  GzipCoding(const GzipCoding&) = delete;
  GzipCoding& operator=(const GzipCoding&) = delete;

  // RFC 1952 2.3: deflate, no name, no time, an unknown system.
  void begin(Written& out) override { out.bytes.append("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10); }

  void store(std::string_view text, Written& out) override {
    out.text.add(TextSum::of(text));
    put_stored(text, out.bytes);
  }

  void press(std::string_view text, Written& out) override {
    out.text.add(TextSum::of(text));
    const auto before = out.bytes.size();
    if (text.size() > too_short && text.size() < most_pressed && deflated(text, out.bytes) &&
        out.bytes.size() - before < stored_size(text)) {
      return;
    }
    out.bytes.resize(before);
    put_stored(text, out.bytes);
  }

  void end(const TextSum& text, Written& out) override {
    out.bytes.append("\x03\0", 2);  // a last block, empty
    put_number(text.check, 4, out.bytes);
    put_number(static_cast<std::uint32_t>(text.length), 4, out.bytes);  // 2.3.1: modulo 2^32
  }

 private:
  static std::size_t stored_size(std::string_view text) {
    return text.size() + 5 * ((text.size() + most_stored - 1) / most_stored);
  }

  static void put_stored(std::string_view text, std::string& out) {
    for (; !text.empty(); text.remove_prefix(std::min(text.size(), most_stored))) {
      const auto block = text.substr(0, most_stored);
      const auto length = static_cast<std::uint32_t>(block.size());
      out.push_back('\0');  // not the last one, stored; each text begins on a byte
      put_number(length, 2, out);
      put_number(~length, 2, out);
      out.append(block);
    }
  }

  // False when the library refuses.
  bool deflated(std::string_view text, std::string& out) {
    if (deflateReset(&stream_) != Z_OK) return false;
    const auto before = out.size();
    const auto room = deflateBound(&stream_, static_cast<uLong>(text.size())) + 16;  // and the flush's own
    out.resize(before + room);
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // it only reads it
    stream_.avail_in = static_cast<uInt>(text.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream_.avail_out = static_cast<uInt>(room);
    // Ends on a byte, and nothing is held back.
    const auto done = deflate(&stream_, Z_FULL_FLUSH);
    out.resize(out.size() - stream_.avail_out);
    return done == Z_OK && stream_.avail_in == 0 && stream_.avail_out > 0;
  }

  z_stream stream_{};
};

}  // namespace

std::unique_ptr<Coding> gzip_coding() {
  return std::make_unique<GzipCoding>();
}

TextSum TextSum::of(std::string_view text) {
  const auto* bytes = reinterpret_cast<const Bytef*>(text.data());
  return {static_cast<std::uint32_t>(crc32_z(0, bytes, text.size())), text.size()};
}

void TextSum::add(const TextSum& next) {
  if (next.length == 0) return;
  check = static_cast<std::uint32_t>(crc32_combine(check, next.check, static_cast<z_off_t>(next.length)));
  length += next.length;
}

// A check of a whole is its beginning's, moved on by the length of the rest, exclusive-or the rest's.
TextSum TextSum::up_to(const TextSum& whole) const {
  TextSum rest = *this;
  rest.length = whole.length - length;
  if (rest.length == 0) return {};
  rest.check = static_cast<std::uint32_t>(crc32_combine(check, whole.check, static_cast<z_off_t>(rest.length)));
  return rest;
}

}  // namespace sluice::stream
