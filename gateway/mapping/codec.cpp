#include "mapping/codec.h"

#include "base/text.h"
#include "mapping/codecs/codec_kinds.h"

namespace sluice::mapping {
namespace {

/// Codecs from left to right: bytes to bytes, the last to a value.
class CodecChain final : public Codec {
 public:
  std::vector<std::unique_ptr<ByteCodec>> before;
  CodecPtr last;

  Expected<Value> decode(std::string_view payload, const Bounds& bounds) const override {
    std::string bytes;
    for (const auto& codec : before) {
      auto decoded = codec->decode(payload, bounds.payload_bytes);
      if (!decoded) return tl::unexpected(decoded.error());
      bytes = std::move(*decoded);
      payload = bytes;
    }
    if (payload.empty()) return Value();
    return last->decode(payload, bounds);
  }
  std::optional<std::vector<std::string>> fields() const override { return last->fields(); }
  bool many() const override { return last->many(); }
};

std::vector<std::string> codec_names() {
  std::vector<std::string> names;
  for (const auto& kind : codec_kinds()) names.emplace_back(kind.name);
  for (const auto& kind : byte_codec_kinds()) names.emplace_back(kind.name);
  names.emplace_back("csv");
  names.emplace_back("struct");
  names.emplace_back("sparkplug");
  return names;
}

CodecPtr read_one(const YamlNode& node, Report& report) {
  if (node.is_map() && node.map_size() == 1) {
    const auto& name = node.children[0];
    if (name.text == "struct") return read_struct_codec(node.children[1], report);
    if (name.text == "csv") return read_csv_codec(node.children[1], report);
    report.error(name, "codec '" + excerpt(name.text, 60) + "' takes no fields, expected struct or csv");
    return nullptr;
  }
  if (!node.is_scalar()) {
    report.error(node, "codec is " + shown(node) + ", expected a name such as json, or {struct: ...}");
    return nullptr;
  }
  for (const auto& kind : codec_kinds()) {
    if (kind.name == node.text) return kind.codec();
  }
  for (const auto& kind : byte_codec_kinds()) {
    if (kind.name != node.text) continue;
    report.error(node, "codec '" + node.text + "' gives bytes: say what reads them, as in [" + node.text + ", json]");
    return nullptr;
  }
  if (node.text == "sparkplug") {
    report.error(node, "codec 'sparkplug' stands alone, not in a list: it needs the topics too");
    return nullptr;
  }
  if (node.text == "struct") {
    report.error(node, "codec 'struct' needs its fields, as in {struct: {mv: u16be}}");
    return nullptr;
  }
  report.error(node, "unknown codec '" + excerpt(node.text, 60) + "'" + did_you_mean(node.text, codec_names()));
  return nullptr;
}

}  // namespace

CodecPtr read_codec(const YamlNode& node, Report& report) {
  if (!node.is_list()) return read_one(node, report);
  if (node.children.empty()) {
    report.error(node, "codec is an empty list");
    return nullptr;
  }
  auto chain = std::make_shared<CodecChain>();
  for (std::size_t i = 0; i + 1 < node.children.size(); ++i) {
    const auto& one = node.children[i];
    std::unique_ptr<ByteCodec> found;
    for (const auto& kind : byte_codec_kinds()) {
      if (one.is_scalar() && kind.name == one.text) found = kind.make();
    }
    if (found == nullptr) {
      report.error(one, "codec " + shown(one) + " does not give bytes: only the last of a list may be so");
      return nullptr;
    }
    chain->before.push_back(std::move(found));
  }
  chain->last = read_one(node.children.back(), report);
  return chain->last == nullptr ? nullptr : std::move(chain);
}

const CodecPtr& json_codec() {
  static const CodecPtr codec = codec_kinds().front().codec();
  return codec;
}

}  // namespace sluice::mapping
