#pragma once

#include <string>
#include <string_view>

#include "base/expected.h"
#include "base/value.h"

namespace sluice {

/// Reads JSON text, strictly (RFC 8259): integers beyond 64 bits become doubles, of duplicate names the last wins (in
/// the first one's place), bad UTF-8 is an error. `max_depth` bounds nesting of lists and objects.
///
/// Threads: any; each thread keeps a parser of its own.
/// Error: what is wrong, with the byte offset where the parser knows it.
Expected<Value> parse_json(std::string_view text, int max_depth = 64);

/// Appends `value` as JSON on one line: no spaces, members in order, doubles printed shortest-exact (`21.5`; a whole
/// double has no point: `95`), bytes that are no UTF-8 as U+FFFD, control characters, U+2028 and U+2029 escaped.
void write_json(const Value& value, std::string& out);
std::string to_json(const Value& value);
/// The same over several lines, indented by two spaces and with a line break at its end, for people.
std::string to_pretty_json(const Value& value);
/// Appends `text` as a JSON string, quotes included.
void write_json_text(std::string_view text, std::string& out);

}  // namespace sluice
