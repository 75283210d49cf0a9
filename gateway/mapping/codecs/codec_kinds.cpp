#include "mapping/codecs/codec_kinds.h"

namespace sluice::mapping {

const std::vector<CodecKind>& codec_kinds() {
  static const std::vector<CodecKind> kinds = {
      {"json", json_codec_object, json_codec_manual}, {"text", text_codec, text_codec_manual},
      {"auto", auto_codec, auto_codec_manual},        {"csv", csv_codec, csv_codec_manual},
      {"cbor", cbor_codec, cbor_codec_manual},        {"msgpack", msgpack_codec, msgpack_codec_manual},
      {"bson", bson_codec, bson_codec_manual},        {"ubjson", ubjson_codec, ubjson_codec_manual},
  };
  return kinds;
}

const std::vector<ByteCodecKind>& byte_codec_kinds() {
  static const std::vector<ByteCodecKind> kinds = {
      {"base64", base64_codec, base64_codec_manual},
      {"hex", hex_codec, hex_codec_manual},
      {"gzip", gzip_codec, gzip_codec_manual},
      {"zstd", zstd_codec, zstd_codec_manual},
  };
  return kinds;
}

}  // namespace sluice::mapping
