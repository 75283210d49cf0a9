#include "mapping/contract/typescript_names.h"

#include <algorithm>

#include "base/json.h"

namespace sluice::mapping {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

std::string pascal_case(std::string_view words) {
  std::string name;
  bool begins = true;
  for (const char c : words) {
    if (!is_letter(c) && !is_digit(c)) {
      begins = true;
      continue;
    }
    name.push_back(begins ? upper(c) : c);
    begins = false;
  }
  if (name.empty() || is_digit(name.front())) name.insert(name.begin(), '_');
  return name;
}

}  // namespace

std::string TypeScriptNames::of(const std::string& id, std::string_view words) {
  const auto [entry, is_new] = by_id_.try_emplace(id);
  if (!is_new) return entry->second;
  const auto wanted = pascal_case(words);
  auto name = wanted;
  for (int number = 2; !taken_.insert(name).second; ++number) name = wanted + std::to_string(number);
  return entry->second = name;
}

std::string property_name(std::string_view name) {
  const bool identifier = !name.empty() && !is_digit(name.front()) && std::all_of(name.begin(), name.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '_' || c == '$';
  });
  return identifier ? std::string(name) : string_literal(name);
}

std::string string_literal(std::string_view text) {
  std::string json;
  write_json_text(text, json);
  if (text.find_first_of("'\"\\") != std::string_view::npos) return json;
  json.front() = json.back() = '\'';
  return json;
}

std::string doc_comment(std::string_view text, std::string_view indent) {
  if (text.empty()) return {};
  std::string comment = std::string(indent) + "/** ";
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '/' && i > 0 && text[i - 1] == '*') comment.push_back('\\');
    comment.push_back(text[i] == '\n' || text[i] == '\r' ? ' ' : text[i]);
  }
  return comment + " */\n";
}

}  // namespace sluice::mapping
