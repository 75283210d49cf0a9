#include <zstd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

#include "stream/coding.h"

namespace sluice::stream {
namespace {

constexpr int level = 3;
// A frame's window is its content: this keeps it below what browsers take (RFC 9659: 8 MiB).
constexpr std::size_t most_pressed = std::size_t{1} << 20;
constexpr std::size_t most_stored = 65535;  // a block holds 128 KiB (RFC 8878 3.1.1.2.4)

class ZstdCoding final : public Coding {
 public:
  ZstdCoding() : context_(ZSTD_createCCtx()) {
    assert(context_ != nullptr);
    ZSTD_CCtx_setParameter(context_, ZSTD_c_compressionLevel, level);
  }
  ~ZstdCoding() override { ZSTD_freeCCtx(context_); }
  ZstdCoding(const ZstdCoding&) = delete;
  ZstdCoding& operator=(const ZstdCoding&) = delete;

  void begin(Written&) override {}

  void store(std::string_view text, Written& out) override {
    for (; !text.empty(); text.remove_prefix(std::min(text.size(), most_stored))) {
      put_stored(text.substr(0, most_stored), out.bytes);
    }
  }

  void press(std::string_view text, Written& out) override {
    for (; !text.empty(); text.remove_prefix(std::min(text.size(), most_pressed))) {
      const auto part = text.substr(0, most_pressed);
      const auto before = out.bytes.size();
      const auto room = ZSTD_compressBound(part.size());
      out.bytes.resize(before + room);
      const auto size = ZSTD_compress2(context_, out.bytes.data() + before, room, part.data(), part.size());
      out.bytes.resize(before + (ZSTD_isError(size) != 0 ? 0 : size));
      if (ZSTD_isError(size) != 0) store(part, out);
    }
  }

  void end(const TextSum&, Written&) override {}

 private:
  // RFC 8878 3.1.1: the magic number; a single segment whose size has two bytes, less 256, or one; one raw block.
  static void put_stored(std::string_view text, std::string& out) {
    const auto size = static_cast<std::uint32_t>(text.size());
    out.append("\x28\xb5\x2f\xfd");
    const auto put = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte & 0xffU)); };
    if (size < 256) {
      put(0x20);
      put(size);
    } else {
      put(0x60);
      put(size - 256);
      put((size - 256) >> 8U);
    }
    const auto block = size << 3U | 1U;
    put(block);
    put(block >> 8U);
    put(block >> 16U);
    out.append(text);
  }

  ZSTD_CCtx* context_;
};

}  // namespace

std::unique_ptr<Coding> zstd_coding() {
  return std::make_unique<ZstdCoding>();
}

}  // namespace sluice::stream
