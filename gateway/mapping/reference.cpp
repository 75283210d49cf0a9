#include "mapping/reference.h"

#include <fmt/format.h>

#include <array>

#include "mapping/codecs/codec_kinds.h"
#include "mapping/expression_functions.h"
#include "mapping/mapping_set.h"
#include "mapping/sparkplug_source.h"
#include "mapping/steps/step_kinds.h"

namespace sluice::mapping {
namespace {

constexpr std::array operators{
    OperatorEntry{"a.b", "a member; null where there is none", "this.x == null"},
    OperatorEntry{"a[b]", "an element by its place from 0, a member by its name", "[7, 8][1] == 8"},
    OperatorEntry{"a[*].b", "`b` of each element, as a list", "[[1, 2], [3]][*][0] == [1, 3]"},
    OperatorEntry{"+ - * / %",
                  "numbers, and lists element by element; `+` joins texts; `/` never cuts, `%` has the sign of `a`",
                  "7 / 2 == 3.5 and -7 % 2 == -1 and [1, 2] * 10 == [10, 20]"},
    OperatorEntry{"== !=", "of any two values; 1 and 1.0 are equal", "1 == 1.0 and 'a' != null"},
    OperatorEntry{"< <= > >=", "of two numbers or two texts; false beside null", "'a' < 'b' and not 1 < null"},
    OperatorEntry{"a in b", "an element of a list, a name of an object", "2 in [1, 2]"},
    OperatorEntry{"not, and, or", "of conditions; null is false", "not (null and true)"},
    OperatorEntry{"a if c else b", "`a` where `c` is true", "(1 if 2 > 1 else 0) == 1"},
    OperatorEntry{"a else b", "`b` where `a` is null", "(null else 5) == 5"},
};

constexpr std::array types{
    TypeEntry{"any", "everything", "any", "[null]", ""},
    TypeEntry{"text", "a text; a range is its length in characters", "text 1..8", R"("a")", R"("")"},
    TypeEntry{"int", "a whole number (95.0 is one); a range, a unit", "int 0..200 cm", "95", "95.5"},
    TypeEntry{"number", "any number; either bound may be left out", "number 0.. USD", "12.5", "-1"},
    TypeEntry{"bool", "true or false", "bool", "true", "1"},
    TypeEntry{"object", "any object", "object", R"({"a":1})", "[]"},
    TypeEntry{"A | B", "one of these texts", "UP | DOWN", R"("UP")", R"("up")"},
    TypeEntry{"[type]", "a list of them", "[int]", "[1,2]", R"(["a"])"},
    TypeEntry{"{name: type}", "an object of these fields and no others", "{x: int}", R"({"x":1})", R"({"y":1})"},
    TypeEntry{"optional ...", "as a field: it may be absent", "{x: optional int}", "{}", R"({"x":"a"})"},
    TypeEntry{"... | null", "it may be null", "int | null", "null", R"("a")"},
    TypeEntry{"... -- words", "a description, for the generated types", "'int cm -- above the floor'", "70", "true"},
};

std::string code(std::string_view text) {
  // A bar ends a cell of a Markdown table.
  std::string escaped;
  for (const char c : text) escaped += c == '|' ? std::string("\\|") : std::string(1, c);
  return escaped.empty() ? escaped : "`" + escaped + "`";
}

void write_manual(std::string_view name, const Manual& manual, std::string& page) {
  page += fmt::format("### {}\n\n{}\n\n{}\n\n```yaml\n{}```\n\n", name, manual.form, manual.text, manual.example);
}

void write_bounds(std::string& page) {
  const Bounds bounds;
  struct Entry {
    std::string_view name;
    std::size_t value;
    std::string_view about;
  };
  const std::array entries{
      Entry{"payload", bounds.payload_bytes, "bytes of a payload, and of what `gzip`, `zstd` and the like make of it"},
      Entry{"decode_depth", static_cast<std::size_t>(bounds.decode_depth), "levels of lists and objects in a payload"},
      Entry{"keys", bounds.keys_per_step, "keys that one step remembers"},
      Entry{"state", bounds.state_bytes, "bytes that all steps remember"},
      Entry{"latest", bounds.latest_per_event, "keys of one event read as `latest.`"},
      Entry{"latest_bytes", bounds.latest_bytes, "bytes of all values read as `latest.`"},
      Entry{"list", bounds.list_slots, "elements of a `collect`; with `within` the oldest go"},
      Entry{"window", bounds.window_samples, "values of a `window`, a key"},
      Entry{"batch", bounds.batch_items, "`max` of a `batch`"},
  };
  page += "| limits. | default | bounds |\n|---|---|---|\n";
  for (const auto& entry : entries) page += fmt::format("| `{}` | {} | {} |\n", entry.name, entry.value, entry.about);
}

}  // namespace

std::span<const OperatorEntry> operator_entries() {
  return operators;
}

std::span<const TypeEntry> type_entries() {
  return types;
}

std::string reference_page() {
  std::string page =
      "# The mapping language, part by part\n\n"
      "`sluice reference` prints this page. It is made of the words and examples that stand beside the code, and a "
      "test\n"
      "runs each example: what you see here is what happens. `README.md` tells how the parts make a mapping.\n\n"
      "## Steps\n\n"
      "A record goes through a rule's steps in order. What a step remembers it remembers for each key: the topic's\n"
      "placeholders, unless the rule or the step says `key:`. Durations are written `200ms`, `5s`, `1m`, `8h`, "
      "`1d`.\n\n";
  for (const auto& kind : step_kinds()) write_manual(kind.name, kind.manual, page);
  page +=
      "## Codecs\n\n"
      "A rule's `codec:` says how the bytes of a payload become a value. An object's members are the fields of the\n"
      "record, any other value is its field `value`. A payload of no bytes is null for every codec. NaN and "
      "infinities\n"
      "become null. A list applies codecs from left to right: all but the last give bytes.\n\n";
  for (const auto& kind : codec_kinds()) write_manual(kind.name, kind.manual, page);
  write_manual("struct", struct_codec_manual, page);
  write_manual("sparkplug", sparkplug_manual, page);
  for (const auto& kind : byte_codec_kinds()) write_manual(kind.name, kind.manual, page);
  page +=
      "## Types\n\n"
      "What `payload:`, `events:`, `query:` and `body:` say of values. `[optional] name [range] [unit] [| null]\n"
      "[-- description]`, a list of a type, or an object of fields.\n\n"
      "| type | what it takes | example | fits | does not |\n|---|---|---|---|---|\n";
  for (const auto& type : types) {
    page += fmt::format("| {} | {} | {} | {} | {} |\n", code(type.form), type.about, code(type.example),
                        code(type.fits), code(type.misfits));
  }
  page +=
      "\n## Expressions\n\n"
      "In `set`, `data` and `payload` a text that starts with `=` is an expression; `when`, `while`, `of`, `at`, "
      "`each`,\n"
      "`changed` and `remove` always are. Names are fields of the record and constants; `msg.topic`, `msg.time`,\n"
      "`msg.retain`, `msg.qos` and `msg.payload` tell of the message; `latest.growth.cm` is the newest event of the "
      "same\n"
      "key; `this` is the whole record. Null in arithmetic and functions gives null. Every example below is true.\n\n"
      "| operator | | example |\n|---|---|---|\n";
  for (const auto& entry : operators) {
    page += fmt::format("| {} | {} | {} |\n", code(entry.form), entry.about, code(entry.example));
  }
  page += "\n| function | gives | example |\n|---|---|---|\n";
  for (const auto& function : all_functions()) {
    page += fmt::format("| {} | {} | {} |\n", code(function.name), function.about, code(function.example));
  }
  page +=
      "\n## Bounds\n\n"
      "Nothing grows without end. At a bound a new key or value is an error, which is counted and shown at\n"
      "`/mappings/errors`; nothing kept is lost for it. All are set in `limits:` of the gateway's configuration.\n"
      "Expressions are at most 64 levels deep; `from:` rules follow one another at most 10 times.\n\n";
  write_bounds(page);
  return page;
}

}  // namespace sluice::mapping
