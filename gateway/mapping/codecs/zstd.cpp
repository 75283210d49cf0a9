#include <zstd.h>
#include <zstd_errors.h>

#include <array>

#include "mapping/codecs/codec_kinds.h"

namespace sluice::mapping {
namespace {

/// `zstd` (RFC 8878): frames one after the other; what they become, and the memory to read them, is bounded.
class ZstdCodec final : public ByteCodec {
 public:
  Expected<std::string> decode(std::string_view bytes, std::size_t max_bytes) const override {
    const std::unique_ptr<ZSTD_DStream, FreeStream> stream(ZSTD_createDStream());
    if (stream == nullptr) return unexpected("payload cannot be decompressed: no memory");
    ZSTD_DCtx_setParameter(stream.get(), ZSTD_d_windowLogMax, largest_window);
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    std::string decompressed;
    std::array<char, 16384> part;
    std::size_t wanted = 0;  // by the frame in hand; 0 at its end
    ZSTD_outBuffer out{};
    do {
      out = {part.data(), part.size(), 0};
      wanted = ZSTD_decompressStream(stream.get(), &out, &in);
      if (ZSTD_getErrorCode(wanted) == ZSTD_error_frameParameter_windowTooLarge) {
        return unexpected("zstd payload asks for a window above 8 MiB");
      }
      if (ZSTD_isError(wanted) != 0) return unexpected("payload is no zstd");
      decompressed.append(part.data(), out.pos);
      if (decompressed.size() > max_bytes) {
        return unexpected("decoded payload is above " + std::to_string(max_bytes) + " bytes");
      }
    } while (in.pos < in.size || (wanted != 0 && out.pos == out.size));
    if (wanted != 0) return unexpected("payload ends within its zstd");
    return decompressed;
  }

 private:
  static constexpr int largest_window = 23;  // 8 MiB, what every decoder should read (RFC 8878, 3.1.1.1.2)

  struct FreeStream {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };
};

}  // namespace

std::unique_ptr<ByteCodec> zstd_codec() {
  return std::make_unique<ZstdCodec>();
}

const Manual zstd_codec_manual = {
    .form = R"md(`codec: [zstd, ...]`)md",
    .text =
        R"md(Zstandard (RFC 8878) to the bytes that the next codec of the list reads, at most `limits.payload` of them; frames may follow
one another, a window above 8 MiB is an error.)md",
    .example = R"yaml(rules:
  - topic: node/{node}
    codec: [zstd, json]
    emit: reading
tests:
  - name: zstd of {"a":1}
    given: [{topic: node/a, hex: 28b52ffd04583900007b2261223a317d488bfc32}]
    expect: [{event: reading, data: {a: 1}}]
)yaml",
};

}  // namespace sluice::mapping
