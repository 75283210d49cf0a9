#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"

namespace sluice {

/// One node of a YAML document, with its place: what every loader of ours reads.
///
/// Order: children of a map are name, value, name, value, as written. An alias is a copy of what its anchor named.
struct YamlNode {
  enum class Kind : std::uint8_t { null, scalar, list, map };

  Kind kind = Kind::null;
  bool quoted = false;  // a scalar in quotes or a block scalar: always a text
  std::string tag;      // a local tag such as "!ok"; "" for none
  std::string text;     // a scalar's text
  std::vector<YamlNode> children;
  int line = 0;    // 1-based
  int column = 0;  // 1-based

  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_list() const { return kind == Kind::list; }
  bool is_map() const { return kind == Kind::map; }
  /// Nothing, `~` or `null` without quotes.
  bool is_null() const { return kind == Kind::null; }
  /// A map's value of that name; nullptr when there is none.
  const YamlNode* find(std::string_view name) const;
  std::size_t map_size() const { return children.size() / 2; }
};

/// Where a node stands: `mappings/desk.yaml:12:7`.
std::string where(std::string_view file, const YamlNode& node);

/// Reads one document. Refused with a sentence: duplicate names, merge keys, a second document, unknown tags (`!ok`:
/// "YAML reads '!' as a tag: write 'not ok'"), aliases to an open anchor, more than 200,000 nodes, more than 64 levels.
///
/// Error: all that is wrong; each `where` is `file:line:column`.
Expected<YamlNode, Errors> parse_yaml(std::string_view text, std::string_view file);

}  // namespace sluice
