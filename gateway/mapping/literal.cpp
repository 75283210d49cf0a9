#include "base/text.h"
#include "mapping/expression.h"

namespace sluice::mapping {

Value literal(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::null:
      return {};
    case YamlNode::Kind::list: {
      Value::List list;
      for (const auto& child : node.children) list.push_back(literal(child));
      return list;
    }
    case YamlNode::Kind::map: {
      Value::Object object;
      for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
        object.push_back({Value(node.children[i].text), literal(node.children[i + 1])});
      }
      return object;
    }
    case YamlNode::Kind::scalar:
      break;
  }
  if (node.quoted) return node.text;
  if (node.text == "true") return true;
  if (node.text == "false") return false;
  if (const auto integer = parse_int(node.text)) return *integer;
  if (const auto number = parse_number(node.text)) return *number;
  return node.text;
}

}  // namespace sluice::mapping
