#include "mapping/fingerprint.h"

#include <cctype>
#include <set>

#include "base/json.h"

namespace sluice::mapping {
namespace {

bool is_word_part(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

/// The words of a text: what may be names in an expression.
void add_words(std::string_view text, std::set<std::string, std::less<>>& words) {
  for (std::size_t begin = 0; begin < text.size();) {
    auto end = begin;
    while (end < text.size() && is_word_part(text[end])) ++end;
    if (end > begin) {
      words.emplace(text.substr(begin, end - begin));
      // `a-b` may be one name or a difference
      for (auto from = begin; from < end;) {
        auto to = from;
        while (to < end && text[to] != '-') ++to;
        words.emplace(text.substr(from, to - from));
        from = to + 1;
      }
    }
    begin = end + 1;
  }
}

void write(const YamlNode& node, std::string& out, std::set<std::string, std::less<>>& words) {
  if (!node.tag.empty()) out.append(node.tag).push_back(' ');
  switch (node.kind) {
    case YamlNode::Kind::null:
      out.push_back('~');
      return;
    case YamlNode::Kind::scalar:
      if (node.quoted) out.push_back('q');
      write_json_text(node.text, out);
      add_words(node.text, words);
      return;
    case YamlNode::Kind::list:
    case YamlNode::Kind::map:
      out.push_back(node.is_map() ? '{' : '[');
      for (const auto& child : node.children) {
        write(child, out, words);
        out.push_back(',');
      }
      out.push_back(node.is_map() ? '}' : ']');
      return;
  }
}

}  // namespace

std::string fingerprint(const YamlNode& node, const Value& constants) {
  std::string text;
  std::set<std::string, std::less<>> words;
  write(node, text, words);
  if (!constants.is_object()) return text;
  for (const auto& constant : constants.as_object()) {
    if (words.find(constant.key()) == words.end()) continue;
    text.append(" ").append(constant.key()).append("=").append(to_json(constant.value));
  }
  return text;
}

}  // namespace sluice::mapping
