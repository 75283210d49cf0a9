#include "mapping/type.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "mapping/type_notation.h"

namespace sluice::mapping {
namespace {

/// Reads types out of YAML; how names are looked up is the caller's.
class TypeReader {
 public:
  TypeReader(std::string_view file, TypeLookup lookup, Errors& errors)
      : file_(file), lookup_(std::move(lookup)), errors_(errors) {}

  /// Null once something is wrong.
  TypePtr read(const YamlNode& node) {
    switch (node.kind) {
      case YamlNode::Kind::map:
        return read_record(node);
      case YamlNode::Kind::list:
        return read_list(node);
      default:
        break;
    }
    auto type = parse_type_text(node.text, lookup_);
    if (!type) return refuse(node, type.error().message);
    return made(std::move(*type), node);
  }

  TypePtr refuse(const YamlNode& node, std::string message) {
    if (!message.empty()) errors_.push_back({where(file_, node), std::move(message)});
    return nullptr;
  }

 private:
  static TypePtr made(Type&& type, const YamlNode& node) {
    type.line = node.line;
    type.column = node.column;
    return std::make_shared<const Type>(std::move(type));
  }

  TypePtr read_record(const YamlNode& node) {
    Type type;
    type.kind = Type::Kind::record;
    for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
      type.fields.push_back({node.children[i].text, read(node.children[i + 1])});
    }
    const bool whole =
        std::all_of(type.fields.begin(), type.fields.end(), [](const auto& field) { return field.type; });
    return whole ? made(std::move(type), node) : nullptr;
  }

  TypePtr read_list(const YamlNode& node) {
    if (node.children.size() != 1) {
      return refuse(node,
                    fmt::format("a list's type is written [type], with one type in it, not {}", node.children.size()));
    }
    Type type;
    type.kind = Type::Kind::list;
    type.element = read(node.children[0]);
    if (!type.element) return nullptr;
    if (type.element->optional) return refuse(node.children[0], "an element cannot be optional: write '| null'");
    return made(std::move(type), node);
  }

  std::string_view file_;
  TypeLookup lookup_;
  Errors& errors_;
};

std::string unknown_type(std::string_view name, std::vector<std::string> names) {
  for (const auto* const word : {"any", "text", "int", "number", "bool", "object"}) names.emplace_back(word);
  return fmt::format("unknown type '{}'{}", excerpt(name, 60), did_you_mean(name, names));
}

/// Reads a `types:` section, each type when it is first needed.
class TypesSection {
 public:
  TypesSection(const YamlNode& node, std::string_view file) : node_(node), file_(file) {}

  Expected<NamedTypes, Errors> read() {
    for (std::size_t i = 0; i + 1 < node_.children.size(); i += 2) {
      const auto& name = node_.children[i];
      if (is_type_word(name.text)) {
        errors_.push_back({where(file_, name), fmt::format("'{}' is the language's own, choose another", name.text)});
      } else {
        find(name.text);
      }
    }
    if (!errors_.empty()) return tl::unexpected(std::move(errors_));
    return std::move(types_);
  }

 private:
  /// Null when the type is wrong, which is then told already.
  TypePtr find(std::string_view name) {
    if (const auto known = types_.find(name); known != types_.end()) return known->second;
    const std::string own(name);
    open_.push_back(own);
    TypeReader reader(
        file_, [this](std::string_view wanted) { return look_up(wanted); }, errors_);
    auto type = reader.read(*node_.find(name));
    open_.pop_back();
    types_[own] = type;
    return type;
  }

  Expected<TypePtr> look_up(std::string_view name) {
    if (!node_.find(name)) {
      std::vector<std::string> names;
      for (std::size_t i = 0; i < node_.children.size(); i += 2) names.push_back(node_.children[i].text);
      return unexpected(unknown_type(name, std::move(names)));
    }
    const auto start = std::find(open_.begin(), open_.end(), name);
    if (start != open_.end()) {
      std::string circle;
      for (auto each = start; each != open_.end(); ++each) circle += *each + " -> ";
      return unexpected(fmt::format("types may not refer to each other in a circle: {}{}", circle, name));
    }
    if (open_.size() >= 64) return unexpected(fmt::format("'{}' is nested deeper than 64 types", name));
    if (auto type = find(name)) return type;
    return unexpected("");  // told where it stands
  }

  const YamlNode& node_;
  std::string_view file_;
  NamedTypes types_;
  std::vector<std::string> open_;  // being read, outermost first
  Errors errors_;
};

}  // namespace

const Type::Field* Type::find(std::string_view wanted) const {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const Field& field) { return field.name == wanted; });
  return found == fields.end() ? nullptr : &*found;
}

Expected<TypePtr, Errors> parse_type(const YamlNode& node, std::string_view file, const NamedTypes& names) {
  Errors errors;
  const auto lookup = [&](std::string_view name) -> Expected<TypePtr> {
    if (const auto found = names.find(name); found != names.end()) return found->second;
    std::vector<std::string> known;
    for (const auto& [each, type] : names) known.push_back(each);
    return unexpected(unknown_type(name, std::move(known)));
  };
  auto type = TypeReader(file, lookup, errors).read(node);
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return type;
}

Expected<NamedTypes, Errors> parse_types(const YamlNode& node, std::string_view file) {
  if (node.is_null()) return NamedTypes();
  if (!node.is_map()) return tl::unexpected(Errors{{where(file, node), "types: is a map of names and types"}});
  return TypesSection(node, file).read();
}

bool same_type(const TypePtr& a, const TypePtr& b) {
  if (a == nullptr || b == nullptr || a == b) return a == b;
  const auto same_field = [](const Type::Field& x, const Type::Field& y) {
    return x.name == y.name && same_type(x.type, y.type);
  };
  return a->kind == b->kind && a->optional == b->optional && a->nullable == b->nullable && a->low == b->low &&
         a->high == b->high && a->texts == b->texts && same_type(a->element, b->element) &&
         std::equal(a->fields.begin(), a->fields.end(), b->fields.begin(), b->fields.end(), same_field);
}

}  // namespace sluice::mapping
