#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "mapping/codecs/codec_kinds.h"

namespace sluice::mapping {
namespace {

/// One number of a packed payload.
struct NumberForm {
  enum class Kind { unsigned_int, signed_int, floating };
  Kind kind = Kind::unsigned_int;
  std::size_t bytes = 1;
  bool big_endian = true;

  Value read(std::string_view raw) const {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < bytes; ++i) {
      const auto byte = static_cast<unsigned char>(raw[big_endian ? i : bytes - 1 - i]);
      bits = (bits << 8) | byte;
    }
    if (kind == Kind::floating) return read_floating(bits);
    if (kind == Kind::signed_int) {
      const auto shift = 64 - 8 * bytes;
      return Value(static_cast<std::int64_t>(bits << shift) >> shift);
    }
    if (bits > static_cast<std::uint64_t>(INT64_MAX)) return Value(static_cast<double>(bits));
    return Value(static_cast<std::int64_t>(bits));
  }

 private:
  Value read_floating(std::uint64_t bits) const {
    if (bytes == 4) {
      const auto half = static_cast<std::uint32_t>(bits);
      float number = 0;
      std::memcpy(&number, &half, sizeof number);
      return Value(static_cast<double>(number));
    }
    double number = 0;
    std::memcpy(&number, &bits, sizeof number);
    return Value(number);
  }
};

/// A part of an integer: one bit gives a bool, a range an int.
struct BitField {
  std::string name;
  int low = 0;
  int high = 0;
  bool single = false;
};

struct StructField {
  enum class Kind { number, list, rest, text, skip, bits };
  std::string name;
  Kind kind = Kind::number;
  NumberForm number;
  std::size_t count = 0;  // of a list: elements; of text and skip: bytes
  std::vector<BitField> bits;

  std::size_t bytes() const {
    switch (kind) {
      case Kind::number:
      case Kind::bits:
        return number.bytes;
      case Kind::list:
        return number.bytes * count;
      case Kind::rest:
        return 0;
      case Kind::text:
      case Kind::skip:
        return count;
    }
    return 0;
  }
};

/// `{struct: {...}}`: fields of fixed size in order.
class StructCodec final : public Codec {
 public:
  std::vector<StructField> members;

  Expected<Value> decode(std::string_view payload, const Bounds&) const override {
    Value::Object record;
    std::size_t position = 0;
    for (const auto& member : members) {
      const auto left = payload.size() - position;
      if (member.bytes() > left) {
        return unexpected("payload of " + std::to_string(payload.size()) + " bytes ends within '" + member.name + "'");
      }
      const bool rest = member.kind == StructField::Kind::rest;
      const auto taken = rest ? left - left % member.number.bytes : member.bytes();
      auto value = read(member, payload.substr(position, taken));
      if (!value) return value;
      position += taken;
      if (member.kind != StructField::Kind::skip) record.push_back({member.name, std::move(*value)});
    }
    if (position != payload.size()) {
      return unexpected("payload of " + std::to_string(payload.size()) + " bytes has " +
                        std::to_string(payload.size() - position) + " left over");
    }
    return Value(std::move(record));
  }

  std::optional<std::vector<std::string>> fields() const override {
    std::vector<std::string> names;
    for (const auto& member : members) {
      if (member.kind != StructField::Kind::skip) names.push_back(member.name);
    }
    return names;
  }

 private:
  static Expected<Value> read(const StructField& member, std::string_view raw) {
    switch (member.kind) {
      case StructField::Kind::number:
        return member.number.read(raw);
      case StructField::Kind::list:
      case StructField::Kind::rest: {
        Value::List list;
        list.reserve(raw.size() / member.number.bytes);
        for (std::size_t i = 0; i < raw.size(); i += member.number.bytes) {
          list.push_back(member.number.read(raw.substr(i, member.number.bytes)));
        }
        return Value(std::move(list));
      }
      case StructField::Kind::text: {
        const auto text = raw.substr(0, raw.find('\0'));
        if (!is_utf8(text)) return unexpected("'" + member.name + "' is no UTF-8 text");
        return Value(text);
      }
      case StructField::Kind::skip:
        return Value();
      case StructField::Kind::bits:
        return read_bits(member, raw);
    }
    return Value();
  }

  static Value read_bits(const StructField& member, std::string_view raw) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < raw.size(); ++i) {
      bits = (bits << 8) | static_cast<unsigned char>(raw[member.number.big_endian ? i : raw.size() - 1 - i]);
    }
    Value::Object parts;
    for (const auto& field : member.bits) {
      const auto shifted = bits >> field.low;
      const auto width = field.high - field.low + 1;
      const auto part = width >= 63 ? shifted & INT64_MAX : shifted & ((std::uint64_t{1} << width) - 1);
      parts.push_back({field.name, field.single ? Value(part != 0) : Value(static_cast<std::int64_t>(part))});
    }
    return Value(std::move(parts));
  }
};

/// Reads `u16be` and the like.
std::optional<NumberForm> number_form(std::string_view text) {
  NumberForm form;
  if (text.size() < 2) return std::nullopt;
  switch (text.front()) {
    case 'u':
      form.kind = NumberForm::Kind::unsigned_int;
      break;
    case 'i':
      form.kind = NumberForm::Kind::signed_int;
      break;
    case 'f':
      form.kind = NumberForm::Kind::floating;
      break;
    default:
      return std::nullopt;
  }
  const auto end = text.find_first_not_of("0123456789", 1);
  const auto bits = text.substr(1, end == std::string_view::npos ? end : end - 1);
  const auto order = end == std::string_view::npos ? std::string_view() : text.substr(end);
  if (bits == "8" && form.kind != NumberForm::Kind::floating) {
    return order.empty() ? std::optional(form) : std::nullopt;
  }
  if (order != "be" && order != "le") return std::nullopt;
  form.big_endian = order == "be";
  if (bits == "16" && form.kind != NumberForm::Kind::floating) {
    form.bytes = 2;
  } else if (bits == "32") {
    form.bytes = 4;
  } else if (bits == "64") {
    form.bytes = 8;
  } else {
    return std::nullopt;
  }
  return form;
}

class StructReader {
 public:
  explicit StructReader(Report& report) : report_(report) {}

  std::optional<StructField> field(const YamlNode& name, const YamlNode& form) {
    StructField field;
    field.name = name.text;
    const bool good = form.is_list() ? list(form, field) : form.is_map() ? bits(form, field) : scalar(form, field);
    return good ? std::optional(std::move(field)) : std::nullopt;
  }

 private:
  bool scalar(const YamlNode& form, StructField& field) {
    if (const auto number = number_form(form.text)) {
      field.number = *number;
      return true;
    }
    const auto words = split(form.text, ' ');
    if (words.size() == 2 && (words[0] == "text" || words[0] == "skip")) {
      const auto count = parse_int(words[1]);
      if (count && *count > 0 && *count <= max_bytes) {
        field.kind = words[0] == "text" ? StructField::Kind::text : StructField::Kind::skip;
        field.count = static_cast<std::size_t>(*count);
        return true;
      }
    }
    return wrong(form);
  }

  bool list(const YamlNode& form, StructField& field) {
    const auto& parts = form.children;
    const auto number = !parts.empty() && parts[0].is_scalar() ? number_form(parts[0].text) : std::nullopt;
    if (!number || parts.size() > 2) return wrong(form);
    field.number = *number;
    field.kind = parts.size() == 1 ? StructField::Kind::rest : StructField::Kind::list;
    if (parts.size() == 1) return true;
    const auto count = report_.integer(parts[1], "count", 1, max_bytes);
    if (count) field.count = static_cast<std::size_t>(*count);
    return count.has_value();
  }

  bool bits(const YamlNode& form, StructField& field) {
    if (!report_.parts(form, {"type", "bits"}, "'" + field.name + "'")) return false;
    const auto* type = form.find("type");
    const auto* parts = form.find("bits");
    const auto number = type != nullptr ? number_form(type->text) : std::nullopt;
    if (!number || number->kind != NumberForm::Kind::unsigned_int || parts == nullptr || !parts->is_map()) {
      report_.error(form, "'" + field.name + "' needs type, such as u8, and bits, such as {charging: 0, mode: 4..6}");
      return false;
    }
    field.kind = StructField::Kind::bits;
    field.number = *number;
    for (std::size_t i = 0; i < parts->children.size(); i += 2) {
      if (!bit(parts->children[i], parts->children[i + 1], field)) return false;
    }
    return true;
  }

  bool bit(const YamlNode& name, const YamlNode& place, StructField& field) {
    const auto dots = place.text.find("..");
    const auto low = parse_int(std::string_view(place.text).substr(0, dots));
    const auto high = dots == std::string::npos ? low : parse_int(std::string_view(place.text).substr(dots + 2));
    const auto most = static_cast<std::int64_t>(8 * field.number.bytes) - 1;
    if (!low || !high || *low < 0 || *high < *low || *high > most) {
      report_.error(place, "bit is " + shown(place) + ", expected one from 0 to " + std::to_string(most) +
                               " or a range such as 4..6");
      return false;
    }
    field.bits.push_back({name.text, static_cast<int>(*low), static_cast<int>(*high), dots == std::string::npos});
    return true;
  }

  bool wrong(const YamlNode& form) {
    report_.error(form, "field is " + shown(form) +
                            ", expected u8 i8 u16 i16 u32 i32 u64 i64 f32 f64 (from 16 bits on with be or le), "
                            "'text n', 'skip n', [type], [type, n] or {type, bits}");
    return false;
  }

  static constexpr std::int64_t max_bytes = 1 << 20;
  Report& report_;
};

}  // namespace

CodecPtr read_struct_codec(const YamlNode& node, Report& report) {
  if (!node.is_map() || node.children.empty()) {
    report.error(node, "struct is " + shown(node) + ", expected a map of fields and types");
    return nullptr;
  }
  auto codec = std::make_shared<StructCodec>();
  StructReader reader(report);
  bool good = true;
  for (std::size_t i = 0; i < node.children.size(); i += 2) {
    auto field = reader.field(node.children[i], node.children[i + 1]);
    if (!field) {
      good = false;
      continue;
    }
    if (field->kind == StructField::Kind::rest && i + 2 < node.children.size()) {
      report.error(node.children[i + 1], "'" + field->name + "' takes all to the end: it must be the last");
      good = false;
    }
    codec->members.push_back(std::move(*field));
  }
  return good ? std::move(codec) : nullptr;
}

const Manual struct_codec_manual = {
    .form = R"md(`codec: {struct: {name: type, ...}}`)md",
    .text =
        R"md(Packed binary fields, read in order: `u8 i8 u16 i16 u32 i32 u64 i64 f32 f64`, from 16 bits on with `be` or `le`; `[type, n]`
is n of them, `[type]` all to the end; `text n` is n bytes of UTF-8, cut at NUL; `skip n` jumps over n bytes;
`{type: u8, bits: {name: 0, other: 4..6}}` names bits (a bool each) and ranges of bits (an int). Bytes that are missing or
left over are an error.)md",
    .example = R"yaml(rules:
  - topic: pack/{pack}
    codec:
      struct: {mv: u16be, temps: [i8, 2], _: skip 1, flags: {type: u8, bits: {charging: 0, mode: 4..6}}, name: text 4}
    emit: pack
tests:
  - name: ten bytes
    given: [{topic: pack/a, hex: 0CE415FB0031416B6B00}]
    expect:
      - event: pack
        data: {pack: a, mv: 3300, temps: [21, -5], flags: {charging: true, mode: 3}, name: Akk}
)yaml",
};

}  // namespace sluice::mapping
