#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace sluice::mapping {

/// The names of exported types, each used once: `desk` and `height_update` become `DeskHeightUpdate`.
///
/// Order: of two that would be equal the first keeps its name, the second gets a number.
class TypeScriptNames {
 public:
  /// `words`: joined in PascalCase. Of equal `id`s the name is the same.
  std::string of(const std::string& id, std::string_view words);

 private:
  std::map<std::string, std::string> by_id_;
  std::set<std::string> taken_{"Events",     "Streams", "Polls",  "Queries", "Commands", "Gap",
                               "Checkpoint", "Ages",    "Source", "Expired", "Listed",   "Envelope"};
};

/// A property's name: bare where it is an identifier, else a string literal.
std::string property_name(std::string_view name);
/// A string literal.
std::string string_literal(std::string_view text);
/// A `/** comment */` line of that indent; "" for no text.
std::string doc_comment(std::string_view text, std::string_view indent);

}  // namespace sluice::mapping
