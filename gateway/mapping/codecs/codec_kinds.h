#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "mapping/codec.h"
#include "mapping/manual.h"

namespace sluice::mapping {

// Each gives the one object there is of it.
CodecPtr json_codec_object();
CodecPtr text_codec();
CodecPtr auto_codec();
CodecPtr csv_codec();
CodecPtr cbor_codec();
CodecPtr msgpack_codec();
CodecPtr bson_codec();
CodecPtr ubjson_codec();

CodecPtr read_csv_codec(const YamlNode& node, Report& report);
CodecPtr read_struct_codec(const YamlNode& node, Report& report);

std::unique_ptr<ByteCodec> base64_codec();
std::unique_ptr<ByteCodec> hex_codec();
std::unique_ptr<ByteCodec> gzip_codec();
std::unique_ptr<ByteCodec> zstd_codec();

// What the reference page says of each.
extern const Manual json_codec_manual;
extern const Manual text_codec_manual;
extern const Manual auto_codec_manual;
extern const Manual csv_codec_manual;
extern const Manual cbor_codec_manual;
extern const Manual msgpack_codec_manual;
extern const Manual bson_codec_manual;
extern const Manual ubjson_codec_manual;
extern const Manual struct_codec_manual;
extern const Manual base64_codec_manual;
extern const Manual hex_codec_manual;
extern const Manual gzip_codec_manual;
extern const Manual zstd_codec_manual;

/// The codecs that a name alone says; json is the first.
struct CodecKind {
  std::string_view name;
  CodecPtr (*codec)();
  const Manual& manual;
};
const std::vector<CodecKind>& codec_kinds();

/// The codecs from bytes to bytes.
struct ByteCodecKind {
  std::string_view name;
  std::unique_ptr<ByteCodec> (*make)();
  const Manual& manual;
};
const std::vector<ByteCodecKind>& byte_codec_kinds();

}  // namespace sluice::mapping
