#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::recording {

/// The members of one JSON object as they are written: nothing of a number or text is changed by reading it.
///
/// More lenient than RFC 8259 about what is inside the values: text need not be UTF-8. Never an owner: the text that
/// was read must outlive it.
class JsonMembers {
 public:
  /// False when `text` is no JSON object as a whole.
  bool read(std::string_view text);
  /// The value of that name as written; "" when there is none. Of equal names the last one counts.
  std::string_view find(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string_view>>& all() const { return members_; }

 private:
  std::vector<std::pair<std::string, std::string_view>> members_;
};

/// The text that a JSON string, quotes included, stands for; nullopt when `raw` is none.
std::optional<std::string> json_text(std::string_view raw);
/// The elements of a JSON array as they are written; nullopt when `raw` is none.
std::optional<std::vector<std::string_view>> json_elements(std::string_view raw);
/// The bytes that a JSON array of their numbers stands for; nullopt when `raw` is none.
std::optional<std::string> json_bytes(std::string_view raw);
/// `raw` without the white space between its tokens.
std::string compact_json(std::string_view raw);

}  // namespace sluice::recording
