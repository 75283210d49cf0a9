#include "base/text.h"
#include "mapping/codecs/codec_kinds.h"
#include "mapping/expression.h"

namespace sluice::mapping {
namespace {

/// One line's fields; quotes as in RFC 4180.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : text_(text) {}

  bool at_end() const { return position_ >= text_.size(); }
  /// Error: a quote that does not end.
  Expected<Value::List> line() {
    Value::List fields;
    for (;;) {
      auto field = next_field();
      if (!field) return tl::unexpected(field.error());
      fields.push_back(std::move(*field));
      if (at_end()) return fields;
      const char separator = text_[position_++];
      if (separator == ',') continue;
      if (separator == '\r' && position_ < text_.size() && text_[position_] == '\n') ++position_;
      return fields;
    }
  }

 private:
  static bool ends_field(char c) { return c == ',' || c == '\n' || c == '\r'; }

  Expected<Value> next_field() {
    if (!at_end() && text_[position_] == '"') return quoted_field();
    const auto start = position_;
    while (!at_end() && !ends_field(text_[position_])) ++position_;
    return plain_value(text_.substr(start, position_ - start));
  }

  Expected<Value> quoted_field() {
    std::string field;
    ++position_;
    while (!at_end()) {
      const char c = text_[position_++];
      if (c != '"') {
        field.push_back(c);
      } else if (!at_end() && text_[position_] == '"') {
        field.push_back(text_[position_++]);
      } else if (at_end() || ends_field(text_[position_])) {
        return Value(field);
      } else {
        return unexpected("a comma is expected after a quoted field");
      }
    }
    return unexpected("a quoted field does not end");
  }

  /// JSON numbers as numbers, all else as text.
  static Value plain_value(std::string_view text) {
    YamlNode scalar;
    scalar.kind = YamlNode::Kind::scalar;
    scalar.text = text;
    auto value = literal(scalar);
    return value.is_number() ? value : Value(text);
  }

  std::string_view text_;
  std::size_t position_ = 0;
};

class CsvCodec final : public Codec {
 public:
  std::vector<std::string> columns;  // empty: lists

  Expected<Value> decode(std::string_view payload, const Bounds&) const override {
    if (!is_utf8(payload)) return unexpected("payload is no UTF-8 text");
    CsvReader reader(payload);
    Value::List lines;
    while (!reader.at_end()) {
      auto line = reader.line();
      if (!line) return tl::unexpected(line.error());
      if (columns.empty()) {
        lines.emplace_back(std::move(*line));
        continue;
      }
      if (line->size() != columns.size()) {
        return unexpected("line " + std::to_string(lines.size() + 1) + " has " + std::to_string(line->size()) +
                          " fields, expected " + std::to_string(columns.size()));
      }
      Value::Object record;
      for (std::size_t i = 0; i < columns.size(); ++i) record.push_back({columns[i], std::move((*line)[i])});
      lines.emplace_back(std::move(record));
    }
    if (columns.empty() && lines.size() == 1) return std::move(lines.front());
    return Value(std::move(lines));
  }
  std::optional<std::vector<std::string>> fields() const override {
    return columns.empty() ? std::vector<std::string>{"value"} : columns;
  }
  bool many() const override { return !columns.empty(); }
};

}  // namespace

CodecPtr csv_codec() {
  static const auto codec = std::make_shared<CsvCodec>();
  return codec;
}

CodecPtr read_csv_codec(const YamlNode& node, Report& report) {
  if (!report.parts(node, {"columns"}, "csv")) return nullptr;
  auto codec = std::make_shared<CsvCodec>();
  if (const auto* columns = node.find("columns")) codec->columns = report.texts(*columns, "column");
  if (codec->columns.empty()) report.error(node, "csv needs 'columns', a list of names");
  return codec->columns.empty() ? nullptr : std::move(codec);
}

const Manual csv_codec_manual = {
    .form = R"md(`codec: csv`, or `codec: {csv: {columns: [a, b]}}`)md",
    .text =
        R"md(Comma-separated values (RFC 4180). Without columns one line gives `value`, the list of its fields, several lines a list of
lists; with `columns` each line is a record of its own. JSON numbers become numbers.)md",
    .example = R"yaml(rules:
  - topic: logger/{logger}
    codec: {csv: {columns: [tag, bar]}}
    emit: sample
tests:
  - name: a record a line
    given: [{topic: logger/a, payload: "p1,2.5\np2,2.75"}]
    expect:
      - {event: sample, data: {logger: a, tag: p1, bar: 2.5}}
      - {event: sample, data: {logger: a, tag: p2, bar: 2.75}}
)yaml",
};

}  // namespace sluice::mapping
