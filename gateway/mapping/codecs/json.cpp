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

const Manual json_codec_manual = {
    .form = R"md(`codec: json` (the default))md",
    .text =
        R"md(JSON text (RFC 8259). Integers beyond 64 bits become doubles, of duplicate names the last wins, bad UTF-8 is an error, and
so is nesting deeper than `limits.decode_depth`.)md",
    .example = R"yaml(rules:
  - topic: vine/{vine}
    emit: growth
tests:
  - name: an object is the record, anything else its field value
    given:
      - {topic: vine/a, payload: {cm: 70}}
      - {topic: vine/b, payload: 71}
      - {topic: vine/c, payload: "{cut"}
    expect:
      - {event: growth, data: {vine: a, cm: 70}}
      - {event: growth, data: {vine: b, value: 71}}
    errors: 1
)yaml",
};

const Manual text_codec_manual = {
    .form = R"md(`codec: text`)md",
    .text = R"md(The payload as one text, `value`. What is no UTF-8 is an error.)md",
    .example = R"yaml(rules:
  - topic: device/{device}/online
    codec: text
    emit: {event: link, data: {device: =device, up: =value == 'online'}}
tests:
  - name: a last will
    given: [{topic: device/a/online, payload: offline}]
    expect: [{event: link, data: {device: a, up: false}}]
)yaml",
};

const Manual auto_codec_manual = {
    .form = R"md(`codec: auto`)md",
    .text =
        R"md(JSON where the payload is some, else text: for topic trees on which one device sends `21.5`, another `ON`.)md",
    .example = R"yaml(rules:
  - topic: home/{thing}/state
    codec: auto
    emit: state
tests:
  - name: both in one tree
    given:
      - {topic: home/room/state, payload: "21.5"}
      - {topic: home/lamp/state, payload: "ON"}
    expect:
      - {event: state, data: {thing: room, value: 21.5}}
      - {event: state, data: {thing: lamp, value: "ON"}}
)yaml",
};

}  // namespace sluice::mapping
