#include "mapping/emit.h"

#include <algorithm>

#include "base/text.h"
#include "mapping/shape.h"

namespace sluice::mapping {

std::optional<Emit> Emit::read(const YamlNode& node, std::string_view file, EventTable& events, RuleReader& reader) {
  auto& report = reader.report();
  const YamlNode* name = &node;
  const auto errors = report.count();
  if (node.is_map()) {
    report.parts(node, {"event", "when", "data", "key", "remove"}, "emit");
    name = node.find("event");
    if (name == nullptr) {
      report.error(node, "emit lacks 'event': the name of an event");
      return std::nullopt;
    }
  }
  if (!name->is_scalar()) {
    report.error(*name, "emit is " + shown(*name) + ", expected the name of an event");
    return std::nullopt;
  }
  const auto found = events.find(file, name->text);
  if (!found) {
    report.error(*name, found.error().message);
    return std::nullopt;
  }
  const DeclaredEvent& event = **found;
  Emit emit;
  emit.type_ = event.number;
  emit.name_ = name->text;
  emit.where_ = report.where(node);
  emit.declared_ = event.type;
  emit.own_key_ = reader.key_of(node);
  if (node.is_map()) {
    reader.begin(event.name, node.children[0]);
    if (const auto* when = node.find("when")) emit.when_ = reader.expression(*when, "when");
    if (const auto* remove = node.find("remove")) emit.remove_ = reader.expression(*remove, "remove");
    if (const auto* data = node.find("data")) emit.read_data(*data, event, reader);
  }
  emit.plan_fields(*name, event, reader);
  if (report.count() != errors) return std::nullopt;
  return emit;
}

bool Emit::read_data(const YamlNode& node, const DeclaredEvent& event, RuleReader& reader) {
  if (!node.is_map() && (!node.is_scalar() || node.text.empty() || node.text.front() != '=')) {
    reader.report().error(node, "data is " + shown(node) + ", expected a map or =expression");
    return false;
  }
  if (!node.is_map()) {
    whole_ = reader.value(node);
    return whole_.has_value();
  }
  std::vector<std::string> declared;
  if (event.closed()) {
    for (const auto& field : event.type->fields) declared.push_back(field.name);
  }
  for (std::size_t i = 0; i < node.children.size(); i += 2) {
    const auto& name = node.children[i];
    if (event.closed() && event.type->find(name.text) == nullptr) {
      reader.report().error(name, "event '" + event.name + "' has no field '" + excerpt(name.text, 60) + "'" +
                                      did_you_mean(name.text, declared));
      continue;
    }
    if (auto value = reader.value(node.children[i + 1], name.text)) data_.emplace_back(name.text, std::move(*value));
  }
  return true;
}

void Emit::plan_fields(const YamlNode& node, const DeclaredEvent& event, RuleReader& reader) {
  if (!event.closed()) {
    reader.reducible.clear();  // the data are the record
    const bool free =
        event.type == nullptr || event.type->kind == Type::Kind::any || event.type->kind == Type::Kind::object;
    if (!free && !whole_)
      reader.report().error(node, "event '" + event.name + "' is no object: give data: =expression");
    return;
  }
  for (const auto& declared : event.type->fields) {
    Field field{declared.name, -1, declared.type.get()};
    for (std::size_t i = 0; i < data_.size(); ++i) {
      if (data_[i].first == declared.name) field.value = static_cast<int>(i);
    }
    if (field.value < 0 && !whole_ && !declared.type->optional && !reader.known.has(declared.name)) {
      reader.report().error(node, "event '" + event.name + "' needs '" + declared.name +
                                      "', which neither the payload, the topic nor a step provides");
    }
    if (field.value < 0) reader.reads_as_is(field.name);
    fields_.push_back(std::move(field));
  }
}

void Emit::set_key_fields(const std::vector<std::string>& fields) {
  key_fields_.clear();
  for (const auto& name : fields) {
    const bool own = std::find(own_key_.begin(), own_key_.end(), name) != own_key_.end();
    key_fields_.push_back({Value(name), own});
  }
}

Value Emit::key_of(const Value& record) const {
  auto key = Value::object_with_room(key_fields_.size());
  for (const auto& field : key_fields_) {
    const Value* value = field.in_rule ? record.find(field.name.as_text()) : nullptr;
    key.as_object().push_back({field.name, value == nullptr ? Value() : *value});
  }
  return key;
}

Expected<std::optional<event::Emission>> Emit::make(Record& record, const Environment& environment, Timestamp time,
                                                    bool last) const {
  const auto failed = [this](const Error& error) { return unexpected("event '" + name_ + "': " + error.message); };
  if (when_) {
    const auto holds = when_->holds(environment);
    if (!holds) return failed(holds.error());
    if (!*holds) return std::optional<event::Emission>();
  }
  event::Emission emission;
  emission.type = type_;
  emission.time = time;
  emission.key = key_of(record.fields);
  if (remove_) {
    const auto holds = remove_->holds(environment);
    if (!holds) return failed(holds.error());
    emission.remove = *holds;
    if (emission.remove) return std::optional(std::move(emission));
  }
  auto data = data_of(record, environment, last);
  if (!data) return failed(data.error());
  if (declared_ != nullptr) {
    if (auto misfit = declared_->misfit(*data)) return failed({{}, *misfit});
  }
  emission.fields = std::move(*data);
  return std::optional(std::move(emission));
}

Expected<Value> Emit::data_of(Record& record, const Environment& environment, bool last) const {
  if (!whole_)
    return fields_.empty() ? open_data(record, environment, last) : closed_data(record, environment, nullptr, last);
  auto whole = whole_->evaluate(environment);
  if (!whole || fields_.empty()) return whole;
  return closed_data(record, environment, &*whole, last);
}

Expected<Value> Emit::closed_data(Record& record, const Environment& environment, Value* whole, bool last) const {
  auto data = Value::object_with_room(fields_.size());
  auto& members = data.as_object();
  for (const auto& field : fields_) {  // values first: they read the record, which the rest may empty
    members.push_back({Value(field.name), Value()});
    if (field.value < 0) continue;
    auto value = data_[static_cast<std::size_t>(field.value)].second.evaluate(environment);
    if (!value) return unexpected(field.name + ": " + value.error().message);
    members.back().value = std::move(*value);
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    const auto& field = fields_[i];
    Value& value = members[i].value;
    bool there = field.value >= 0;
    if (!there) {
      Value* found = whole == nullptr ? nullptr : whole->find(field.name);
      if (found != nullptr) {
        value = std::move(*found);
      } else if ((found = record.fields.find(field.name)) != nullptr) {
        if (last) {
          value = std::move(*found);
        } else {
          value = *found;
        }
      }
      there = found != nullptr || (field.type->nullable && !field.type->optional);
    }
    if (!there || (value.is_null() && field.type->optional && !field.type->nullable)) continue;
    value = shape(*field.type, std::move(value));
    if (kept != i) members[kept] = std::move(members[i]);
    ++kept;
  }
  members.resize(kept);
  return data;
}

Expected<Value> Emit::open_data(Record& record, const Environment& environment, bool last) const {
  std::vector<Value> values;
  values.reserve(data_.size());
  for (const auto& [name, expression] : data_) {
    auto value = expression.evaluate(environment);
    if (!value) return unexpected(name + ": " + value.error().message);
    values.push_back(std::move(*value));
  }
  Value fields = last ? std::move(record.fields) : record.fields;
  for (std::size_t i = 0; i < data_.size(); ++i) fields.set(data_[i].first, std::move(values[i]));
  return fields;
}

}  // namespace sluice::mapping
