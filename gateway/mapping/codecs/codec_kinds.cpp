#include "mapping/codecs/codec_kinds.h"

namespace sluice::mapping {

const std::vector<CodecKind>& codec_kinds() {
  static const std::vector<CodecKind> kinds = {
      {"json", json_codec_object}, {"text", text_codec},       {"auto", auto_codec}, {"csv", csv_codec},
      {"cbor", cbor_codec},        {"msgpack", msgpack_codec}, {"bson", bson_codec}, {"ubjson", ubjson_codec},
  };
  return kinds;
}

const std::vector<ByteCodecKind>& byte_codec_kinds() {
  static const std::vector<ByteCodecKind> kinds = {
      {"base64", base64_codec},
      {"hex", hex_codec},
      {"gzip", gzip_codec},
  };
  return kinds;
}

}  // namespace sluice::mapping
