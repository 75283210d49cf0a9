#include "base/json.h"
#include "base/text.h"
#include "mapping/codecs/codec_kinds.h"

namespace sluice::mapping {
namespace {

Expected<Value> decode_text(std::string_view payload) {
  if (!is_utf8(payload)) return unexpected("payload is no UTF-8 text");
  return Value(payload);
}

/// `json` (RFC 8259).
class JsonCodec final : public Codec {
 public:
  Expected<Value> decode(std::string_view payload, const Bounds& bounds) const override {
    return parse_json(payload, bounds.decode_depth);
  }
};

/// `text`: UTF-8, as it is.
class TextCodec final : public Codec {
 public:
  Expected<Value> decode(std::string_view payload, const Bounds&) const override { return decode_text(payload); }
  std::optional<std::vector<std::string>> fields() const override { return std::vector<std::string>{"value"}; }
};

/// `auto`: JSON, else text: `21.5`, `ON` and `{"a":1}` on one topic tree.
class AutoCodec final : public Codec {
 public:
  Expected<Value> decode(std::string_view payload, const Bounds& bounds) const override {
    if (auto value = parse_json(payload, bounds.decode_depth)) return value;
    return decode_text(payload);
  }
};

}  // namespace

CodecPtr json_codec_object() {
  static const auto codec = std::make_shared<JsonCodec>();
  return codec;
}

CodecPtr text_codec() {
  static const auto codec = std::make_shared<TextCodec>();
  return codec;
}

CodecPtr auto_codec() {
  static const auto codec = std::make_shared<AutoCodec>();
  return codec;
}

}  // namespace sluice::mapping
