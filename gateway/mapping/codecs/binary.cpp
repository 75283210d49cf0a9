#include <nlohmann/json.hpp>
#include <unordered_map>

#include "base/text.h"
#include "mapping/codecs/codec_kinds.h"

namespace sluice::mapping {
namespace {

using Format = nlohmann::json::input_format_t;
using Binary = nlohmann::json::binary_t;

/// Bytes within a binary format, as JSON writes them: base64url without padding (RFC 8949, 6.1).
std::string base64url(const std::vector<std::uint8_t>& bytes) {
  static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  std::uint32_t bits = 0;
  int left = 0;
  for (const auto byte : bytes) {
    bits = (bits << 8) | byte;
    for (left += 8; left >= 6; left -= 6) text.push_back(digits[(bits >> (left - 6)) & 63]);
  }
  if (left > 0) text.push_back(digits[(bits << (6 - left)) & 63]);
  return text;
}

/// Of duplicate names the last wins, in the first one's place.
Value::Object without_duplicates(Value::Object members) {
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < members.size(); ++i) places.emplace(members[i].key(), i);
  if (places.size() == members.size()) return members;
  Value::Object kept;
  std::unordered_map<std::string, std::size_t> kept_places;
  for (auto& member : members) {
    const auto [place, is_new] = kept_places.try_emplace(std::string(member.key()), kept.size());
    if (is_new) {
      kept.push_back(std::move(member));
    } else {
      kept[place->second].value = std::move(member.value);
    }
  }
  return kept;
}

/// Builds a Value from what the library reads; false from any of its functions ends the reading.
class ValueBuilder {
 public:
  explicit ValueBuilder(int max_depth) : max_depth_(static_cast<std::size_t>(max_depth)) {}

  Value result;
  std::string error;

  bool null() { return add(Value()); }
  bool boolean(bool value) { return add(Value(value)); }
  bool number_integer(std::int64_t value) { return add(Value(value)); }
  bool number_unsigned(std::uint64_t value) {
    if (value > static_cast<std::uint64_t>(INT64_MAX)) return add(Value(static_cast<double>(value)));
    return add(Value(static_cast<std::int64_t>(value)));
  }
  bool number_float(double value, const std::string&) { return add(Value(value)); }
  bool string(std::string& text) {
    if (!is_utf8(text)) return fail("a text is no UTF-8");
    return add(Value(text));
  }
  bool binary(Binary& bytes) { return add(Value(base64url(bytes))); }
  bool start_object(std::size_t) { return open(true); }
  bool key(std::string& name) {
    if (!is_utf8(name)) return fail("a name is no UTF-8");
    open_.back().name = Value(name);
    return true;
  }
  bool end_object() {
    auto members = without_duplicates(std::move(open_.back().members));
    open_.pop_back();
    return add(Value(std::move(members)));
  }
  bool start_array(std::size_t) { return open(false); }
  bool end_array() {
    auto elements = std::move(open_.back().elements);
    open_.pop_back();
    return add(Value(std::move(elements)));
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) {
    return fail("byte " + std::to_string(position) + " does not fit");
  }

 private:
  struct Open {
    bool object;
    Value name;
    Value::Object members;
    Value::List elements;
  };

  bool open(bool object) {
    if (open_.size() >= max_depth_) return fail("nested deeper than " + std::to_string(max_depth_));
    open_.push_back({object, {}, {}, {}});
    return true;
  }
  bool add(Value&& value) {
    if (open_.empty()) {
      result = std::move(value);
    } else if (open_.back().object) {
      open_.back().members.push_back({std::move(open_.back().name), std::move(value)});
    } else {
      open_.back().elements.push_back(std::move(value));
    }
    return true;
  }
  bool fail(std::string why) {
    error = std::move(why);
    return false;
  }

  std::size_t max_depth_;
  std::vector<Open> open_;
};

/// `cbor` (RFC 8949; tags are skipped, but 0 to 5 are refused: the library does not know them), `msgpack`, `bson`,
/// `ubjson`.
template <Format format>
class BinaryCodec final : public Codec {
 public:
  explicit BinaryCodec(std::string_view name) : name_(name) {}

  Expected<Value> decode(std::string_view payload, const Bounds& bounds) const override {
    ValueBuilder builder(bounds.decode_depth);
    auto input = nlohmann::detail::input_adapter(payload.begin(), payload.end());
    nlohmann::detail::binary_reader<nlohmann::json, decltype(input), ValueBuilder> reader(std::move(input), format);
    try {
      if (reader.sax_parse(format, &builder, true, nlohmann::detail::cbor_tag_handler_t::ignore)) {
        return std::move(builder.result);
      }
    } catch (const nlohmann::detail::exception&) {  // a size that no container can have
      builder.error = "a size is out of bounds";
    }
    return unexpected("payload is no " + name_ + ": " + builder.error);
  }

 private:
  std::string name_;
};

}  // namespace

CodecPtr cbor_codec() {
  static const auto codec = std::make_shared<BinaryCodec<Format::cbor>>("CBOR");
  return codec;
}

CodecPtr msgpack_codec() {
  static const auto codec = std::make_shared<BinaryCodec<Format::msgpack>>("MessagePack");
  return codec;
}

CodecPtr bson_codec() {
  static const auto codec = std::make_shared<BinaryCodec<Format::bson>>("BSON");
  return codec;
}

CodecPtr ubjson_codec() {
  static const auto codec = std::make_shared<BinaryCodec<Format::ubjson>>("UBJSON");
  return codec;
}

const Manual cbor_codec_manual = {
    .form = R"md(`codec: cbor`)md",
    .text = R"md(CBOR (RFC 8949), as JSON would hold it; byte strings become base64url texts.)md",
    .example = R"yaml(rules:
  - topic: node/{node}
    codec: cbor
    emit: reading
tests:
  - name: the object with t = 21
    given: [{topic: node/a, hex: A1617415}]
    expect: [{event: reading, data: {node: a, t: 21}}]
)yaml",
};

const Manual msgpack_codec_manual = {
    .form = R"md(`codec: msgpack`)md",
    .text = R"md(MessagePack, as JSON would hold it.)md",
    .example = R"yaml(rules:
  - topic: node/{node}
    codec: msgpack
    emit: reading
tests:
  - name: the object with t = 21
    given: [{topic: node/a, hex: 81A17415}]
    expect: [{event: reading, data: {node: a, t: 21}}]
)yaml",
};

const Manual bson_codec_manual = {
    .form = R"md(`codec: bson`)md",
    .text = R"md(BSON: one document, as JSON would hold it.)md",
    .example = R"yaml(rules:
  - topic: node/{node}
    codec: bson
    emit: reading
tests:
  - name: the object with t = 21
    given: [{topic: node/a, hex: 0C0000001074001500000000}]
    expect: [{event: reading, data: {node: a, t: 21}}]
)yaml",
};

const Manual ubjson_codec_manual = {
    .form = R"md(`codec: ubjson`)md",
    .text = R"md(Universal Binary JSON.)md",
    .example = R"yaml(rules:
  - topic: node/{node}
    codec: ubjson
    emit: reading
tests:
  - name: the object with t = 21
    given: [{topic: node/a, hex: 7B69017469157D}]
    expect: [{event: reading, data: {node: a, t: 21}}]
)yaml",
};

}  // namespace sluice::mapping
