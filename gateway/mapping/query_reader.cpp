#include "mapping/query_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace sluice::mapping {
namespace {

constexpr std::size_t most_values = 1000;

/// One value as sent, made into what the type asks for; a text where it cannot be.
Value convert(std::string_view text, const Type& type) {
  switch (type.kind) {
    case Type::Kind::integer:
    case Type::Kind::number:
      if (const auto integer = parse_int(text)) return *integer;
      if (const auto number = parse_number(text)) return *number;
      break;
    case Type::Kind::boolean:
      if (text == "true" || text == "false") return text == "true";
      break;
    default:
      break;
  }
  return text;
}

std::vector<std::string_view> list_parts(std::string_view text) {
  return text.empty() ? std::vector<std::string_view>() : split(text, ',');
}

/// The values of one parameter, in the order sent, and how it was written.
struct Sent {
  std::vector<std::string_view> values;
  bool brackets = false;
};

class CompiledQuery final : public event::QueryReader {
 public:
  using Parameter = Type::Field;  // without a type: undeclared

  explicit CompiledQuery(std::vector<Parameter> parameters) : parameters_(std::move(parameters)) {}

  Expected<Value> read(const std::vector<std::pair<std::string, std::string>>& sent) const override {
    Value query = Value::object();
    for (const auto& parameter : parameters_) {
      auto value = read_one(parameter, collect(parameter.name, sent));
      if (!value) return value;
      query.set(parameter.name, std::move(*value));
    }
    return query;
  }

  const std::vector<Parameter>& parameters() const { return parameters_; }

 private:
  static Sent collect(std::string_view name, const std::vector<std::pair<std::string, std::string>>& sent) {
    Sent all;
    for (const auto& [key, value] : sent) {
      const bool brackets = key.size() == name.size() + 2 && key.starts_with(name) && key.ends_with("[]");
      if (key != name && !brackets) continue;
      all.values.push_back(value);
      all.brackets = all.brackets || brackets;
    }
    return all;
  }

  static Expected<Value> read_one(const Parameter& parameter, const Sent& sent) {
    if (sent.values.empty()) return Value();
    const bool declared = parameter.type && parameter.type->kind != Type::Kind::any;
    if (declared && parameter.type->kind == Type::Kind::list)
      return read_list(parameter, *parameter.type->element, sent);
    if (declared) {
      if (sent.values.size() > 1) {
        return unexpected(fmt::format("parameter '{}' takes one value, not {}", parameter.name, sent.values.size()));
      }
      return checked(parameter, *parameter.type, sent.values[0]);
    }
    const bool list = sent.brackets || sent.values.size() > 1 || sent.values[0].find(',') != std::string_view::npos;
    static const Type text = [] {
      Type made;
      made.kind = Type::Kind::text;
      return made;
    }();
    return list ? read_list(parameter, text, sent) : checked(parameter, text, sent.values[0]);
  }

  static Expected<Value> read_list(const Parameter& parameter, const Type& element, const Sent& sent) {
    Value::List list;
    for (const auto text : sent.values) {
      for (const auto part : list_parts(text)) {
        if (list.size() == most_values) {
          return unexpected(fmt::format("parameter '{}' has more than {} values", parameter.name, most_values));
        }
        auto value = checked(parameter, element, part);
        if (!value) return value;
        list.push_back(std::move(*value));
      }
    }
    return Value(std::move(list));
  }

  static Expected<Value> checked(const Parameter& parameter, const Type& type, std::string_view text) {
    auto value = convert(text, type);
    if (!is_utf8(text)) return unexpected(fmt::format("parameter '{}' is no UTF-8", parameter.name));
    if (const auto wrong = type.misfit(value))
      return unexpected(fmt::format("parameter '{}': {}", parameter.name, *wrong));
    return value;
  }

  std::vector<Parameter> parameters_;
};

bool is_plain(const Type& type) {
  return type.kind != Type::Kind::list && type.kind != Type::Kind::record && type.kind != Type::Kind::object;
}

}  // namespace

Expected<std::shared_ptr<const event::QueryReader>, Errors> compile_query(const YamlNode& query, std::string_view file,
                                                                          const NamedTypes& names,
                                                                          std::vector<std::string> undeclared) {
  Errors errors;
  if (!query.is_map() && !query.is_null()) {
    return tl::unexpected(Errors{{where(file, query), "query: is a map of parameter names and types"}});
  }
  std::vector<CompiledQuery::Parameter> parameters;
  for (std::size_t i = 0; i + 1 < query.children.size(); i += 2) {
    const auto& name = query.children[i];
    const auto& node = query.children[i + 1];
    auto type = parse_type(node, file, names);
    if (!type) {
      errors.insert(errors.end(), type.error().begin(), type.error().end());
      continue;
    }
    if (!is_plain((*type)->kind == Type::Kind::list ? *(*type)->element : **type)) {
      errors.push_back({where(file, node), fmt::format("parameter '{}' must be a text, int, number, bool, enumeration "
                                                       "or a list of these",
                                                       excerpt(name.text, 60))});
    }
    parameters.push_back({name.text, *type});
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  for (auto& name : undeclared) {
    const bool known = std::any_of(parameters.begin(), parameters.end(),
                                   [&](const auto& parameter) { return parameter.name == name; });
    if (!known) parameters.push_back({std::move(name), nullptr});
  }
  return std::make_shared<const CompiledQuery>(std::move(parameters));
}

std::vector<Type::Field> query_parameters(const event::QueryReader* query) {
  const auto* compiled = dynamic_cast<const CompiledQuery*>(query);
  return compiled == nullptr ? std::vector<Type::Field>() : compiled->parameters();
}

}  // namespace sluice::mapping
