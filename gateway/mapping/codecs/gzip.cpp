#include <zlib.h>

#include <array>

#include "mapping/codecs/codec_kinds.h"

namespace sluice::mapping {
namespace {

/// `gzip` (RFC 1952): one member; what it becomes is bounded.
class GzipCodec final : public ByteCodec {
 public:
  Expected<std::string> decode(std::string_view bytes, std::size_t max_bytes) const override {
    z_stream stream{};
    constexpr int gzip_only = 16 + MAX_WBITS;
    if (inflateInit2(&stream, gzip_only) != Z_OK) return unexpected("payload cannot be inflated: no memory");
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib reads it only
    stream.avail_in = static_cast<uInt>(bytes.size());
    auto inflated = inflate_all(stream, max_bytes);
    inflateEnd(&stream);
    return inflated;
  }

 private:
  static Expected<std::string> inflate_all(z_stream& stream, std::size_t max_bytes) {
    std::string inflated;
    std::array<char, 16384> part;
    for (;;) {
      stream.next_out = reinterpret_cast<Bytef*>(part.data());
      stream.avail_out = static_cast<uInt>(part.size());
      const int result = inflate(&stream, Z_NO_FLUSH);
      if (result != Z_OK && result != Z_STREAM_END) return unexpected("payload is no gzip");
      inflated.append(part.data(), part.size() - stream.avail_out);
      if (inflated.size() > max_bytes) {
        return unexpected("decoded payload is above " + std::to_string(max_bytes) + " bytes");
      }
      if (result == Z_STREAM_END) break;
    }
    if (stream.avail_in > 0) return unexpected("payload goes on after its gzip end");
    return inflated;
  }
};

}  // namespace

std::unique_ptr<ByteCodec> gzip_codec() {
  return std::make_unique<GzipCodec>();
}

const Manual gzip_codec_manual = {
    .form = R"md(`codec: [gzip, ...]`)md",
    .text =
        R"md(Gzip (RFC 1952) to the bytes that the next codec of the list reads, at most `limits.payload` of them.)md",
    .example = R"yaml(rules:
  - topic: node/{node}
    codec: [gzip, json]
    emit: reading
tests:
  - name: gzip of {"a":1}
    given: [{topic: node/a, hex: 1f8b0800000000000203ab564a54b232ac0500afac1b5607000000}]
    expect: [{event: reading, data: {a: 1}}]
)yaml",
};

}  // namespace sluice::mapping
