#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "mapping/expression.h"
#include "mapping/expression_functions.h"

namespace sluice::mapping {

struct Template::Node {
  enum class Kind : std::uint8_t { literal, expression, text, list, map };
  /// Plain text, and the expression that stands after it.
  struct Part {
    std::string text;
    std::optional<Expression> expression;
  };

  Kind kind = Kind::literal;
  Value value;                 // literal
  Expression expression;       // expression
  std::vector<Part> parts;     // text
  std::vector<Value> names;    // map: one a child
  std::vector<Node> children;  // list, map
};

namespace {

/// Where the expression that starts `text` ends: at the first brace that stands in no quotes.
std::size_t expression_length(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\'') quoted = !quoted;
    if (!quoted && (text[i] == '}' || text[i] == '{')) return i;
  }
  return text.size();
}

}  // namespace

class TemplateCompiler {
 public:
  using Node = Template::Node;
  TemplateCompiler(std::string_view file, const Scope& scope, Errors& errors)
      : file_(file), scope_(scope), errors_(errors) {}

  Node read(const YamlNode& yaml) {
    if (yaml.is_scalar()) return scalar(yaml);
    Node node;
    if (yaml.is_list()) {
      node.kind = Node::Kind::list;
      for (const auto& child : yaml.children) node.children.push_back(read(child));
    } else if (yaml.is_map()) {
      node.kind = Node::Kind::map;
      for (std::size_t i = 0; i + 1 < yaml.children.size(); i += 2) {
        node.names.emplace_back(yaml.children[i].text);
        node.children.push_back(read(yaml.children[i + 1]));
      }
    }
    const bool fixed = std::all_of(node.children.begin(), node.children.end(),
                                   [](const Node& child) { return child.kind == Node::Kind::literal; });
    return fixed ? literal_node(yaml, node) : std::move(node);
  }

 private:
  /// One whose parts are all literals is one too.
  static Node literal_node(const YamlNode& yaml, Node& node) {
    Node made;
    if (yaml.is_list()) {
      Value::List list;
      for (auto& child : node.children) list.push_back(std::move(child.value));
      made.value = Value(std::move(list));
    } else if (yaml.is_map()) {
      Value::Object object;
      for (std::size_t i = 0; i < node.names.size(); ++i) {
        object.push_back({std::move(node.names[i]), std::move(node.children[i].value)});
      }
      made.value = Value(std::move(object));
    }
    return made;
  }

  Node scalar(const YamlNode& yaml) {
    Node node;
    if (yaml.text.starts_with('=')) {
      node.kind = Node::Kind::expression;
      if (auto expression = compile(yaml, std::string_view(yaml.text).substr(1), yaml.text)) {
        node.expression = std::move(*expression);
      }
    } else if (yaml.text.find_first_of("{}") != std::string::npos) {
      read_text(yaml, node);
    } else {
      node.value = literal(yaml);
    }
    return node;
  }

  std::optional<Expression> compile(const YamlNode& yaml, std::string_view text, std::string_view shown) {
    auto compiled = Expression::compile(text, scope_, shown);
    if (compiled) return std::move(*compiled);
    refuse(yaml, compiled.error().message);
    return std::nullopt;
  }

  void refuse(const YamlNode& yaml, std::string message) {
    errors_.push_back({where(file_, yaml), std::move(message)});
  }

  /// A text with {expr} in it; {{ and }} are braces.
  void read_text(const YamlNode& yaml, Node& node) {
    std::string plain;
    std::string_view rest = yaml.text;
    while (!rest.empty()) {
      const char c = rest[0];
      rest.remove_prefix(1);
      if ((c == '{' || c == '}') && rest.starts_with(c)) {
        plain += c;
        rest.remove_prefix(1);
      } else if (c == '}') {
        return refuse(yaml, fmt::format("'}}' without '{{' (write '}}}}' for a brace) in '{}'", excerpt(yaml.text)));
      } else if (c != '{') {
        plain += c;
      } else {
        const auto length = expression_length(rest);
        if (length == rest.size() || rest[length] == '{') {
          return refuse(yaml, fmt::format("'{{' without '}}' (write '{{{{' for a brace) in '{}'", excerpt(yaml.text)));
        }
        auto expression = compile(yaml, rest.substr(0, length), yaml.text);
        if (!expression) return;
        node.parts.push_back({std::exchange(plain, {}), std::move(expression)});
        rest.remove_prefix(length + 1);
      }
    }
    if (node.parts.empty()) {
      node.value = Value(plain);
      return;
    }
    node.kind = Node::Kind::text;
    if (!plain.empty()) node.parts.push_back({std::move(plain), std::nullopt});
  }

  std::string_view file_;
  const Scope& scope_;
  Errors& errors_;
};

Template::Template() = default;
Template::~Template() = default;
Template::Template(Template&&) noexcept = default;
Template& Template::operator=(Template&&) noexcept = default;

Expected<Template, Errors> Template::compile(const YamlNode& node, std::string_view file, const Scope& scope) {
  Errors errors;
  Template made;
  made.root_ = std::make_unique<Node>(TemplateCompiler(file, scope, errors).read(node));
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return made;
}

Expected<Value> Template::evaluate(const Node& node, const Environment& environment) {
  switch (node.kind) {
    case Node::Kind::literal:
      return node.value;
    case Node::Kind::expression:
      return node.expression.evaluate(environment);
    case Node::Kind::text: {
      std::string text;
      for (const auto& part : node.parts) {
        text += part.text;
        if (!part.expression) continue;
        Value scratch;
        const auto value = part.expression->peek(environment, scratch);
        if (!value) return tl::unexpected(value.error());
        append_text(**value, text);
      }
      return Value(text);
    }
    case Node::Kind::list: {
      Value::List list;
      list.reserve(node.children.size());
      for (const auto& child : node.children) {
        auto value = evaluate(child, environment);
        if (!value) return value;
        list.push_back(std::move(*value));
      }
      return Value(std::move(list));
    }
    case Node::Kind::map: {
      Value::Object object;
      object.reserve(node.children.size());
      for (std::size_t i = 0; i < node.children.size(); ++i) {
        auto value = evaluate(node.children[i], environment);
        if (!value) return value;
        object.push_back({node.names[i], std::move(*value)});
      }
      return Value(std::move(object));
    }
  }
  return Value();
}

Expected<Value> Template::evaluate(const Environment& environment) const {
  return evaluate(*root_, environment);
}

void Template::visit(const Node& node, const std::function<void(const Expression&)>& use) {
  if (node.kind == Node::Kind::expression) use(node.expression);
  for (const auto& part : node.parts) {
    if (part.expression) use(*part.expression);
  }
  for (const auto& child : node.children) visit(child, use);
}

std::vector<std::string> Template::fields() const {
  std::vector<std::string> names;
  visit(*root_, [&](const Expression& expression) {
    for (auto& name : expression.fields()) names.push_back(std::move(name));
  });
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::vector<event::TypeNumber> Template::latest_types() const {
  std::vector<event::TypeNumber> types;
  visit(*root_, [&](const Expression& expression) {
    for (const auto type : expression.latest_types()) types.push_back(type);
  });
  std::sort(types.begin(), types.end());
  types.erase(std::unique(types.begin(), types.end()), types.end());
  return types;
}

bool Template::reads_record() const {
  bool reads = false;
  visit(*root_, [&](const Expression& expression) { reads = reads || expression.reads_record(); });
  return reads;
}

bool Template::only_reduces(std::string_view field) const {
  bool reads = false;
  bool reduces = true;
  visit(*root_, [&](const Expression& expression) {
    const auto fields = expression.fields();
    if (!std::binary_search(fields.begin(), fields.end(), field)) return;
    reads = true;
    reduces = reduces && expression.only_reduces(field);
  });
  return reads && reduces;
}

}  // namespace sluice::mapping
