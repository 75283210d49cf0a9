#include "mapping/contract/key_types.h"

#include <algorithm>
#include <array>

namespace sluice::mapping {
namespace {

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

TypePtr of_kind(Type::Kind kind) {
  Type type;
  type.kind = kind;
  return std::make_shared<const Type>(std::move(type));
}

/// True when some step may write the field.
bool steps_write(const RuleDraft& draft, std::string_view name) {
  static constexpr std::array written = {"previous", "index", "value", "interval", "window_start"};
  const auto* steps = draft.node->find("steps");
  if (steps == nullptr || steps->children.empty()) return false;
  if (std::find(written.begin(), written.end(), name) != written.end()) return true;
  return std::any_of(steps->children.begin(), steps->children.end(), [&](const YamlNode& step) {
    if (step.children.size() != 2) return false;
    const auto& what = step.children[0].text;
    const auto& body = step.children[1];
    const auto* into = body.find("into");
    if (into != nullptr && into->text == name) return true;
    return (what == "set" && body.find(name) != nullptr) || (what == "each" && draft.from == nullptr);
  });
}

/// True when the event's field of that name is the record's.
bool taken_from_record(const RuleDraft::Emitted& emitted, std::string_view name) {
  const auto* data = emitted.node->is_map() ? emitted.node->find("data") : nullptr;
  return data == nullptr || (data->is_map() && data->find(name) == nullptr);
}

/// Finds the type of one key field of one event, back along `from:`.
class KeyType {
 public:
  KeyType(const std::vector<RuleDraft>& drafts, std::string_view name) : drafts_(drafts), name_(name) {}

  Contract::KeyField of(const DeclaredEvent& event) const {
    Contract::KeyField field{std::string(name_), nullptr, false};
    bool first = true;
    for (const auto& draft : drafts_) {
      for (const auto& emitted : draft.emits) {
        if (emitted.event != &event) continue;
        if (!contains(emitted.key ? *emitted.key : draft.key, name_)) {
          field.nullable = true;
          continue;
        }
        const auto next = in(draft, emitted);
        field.nullable = field.nullable || next.nullable;
        if (first) {
          field.type = next.type;
        } else if (!same(field.type, next.type)) {
          field.type = nullptr;
        }
        first = false;
      }
    }
    return field;
  }

 private:
  static bool same(const TypePtr& a, const TypePtr& b) {
    if (a == b) return true;
    const auto built_in = [](const TypePtr& type) { return type->kind <= Type::Kind::boolean && type->unit.empty(); };
    return a != nullptr && b != nullptr && built_in(a) && built_in(b) && a->kind == b->kind && !a->low && !a->high &&
           !b->low && !b->high && a->nullable == b->nullable;
  }

  Contract::KeyField declared(const DeclaredEvent& event, const std::string& file) const {
    Contract::KeyField field{std::string(name_), nullptr, false};
    const auto* found = event.closed() ? event.type->find(name_) : nullptr;
    // A type's names are those of its own file.
    if (found == nullptr || event.file != file) return field;
    return {field.name, found->type, found->type->optional};
  }

  Contract::KeyField in(const RuleDraft& draft, const RuleDraft::Emitted& emitted) const {
    if (taken_from_record(emitted, name_)) {
      auto field = declared(*emitted.event, draft.file->name);
      if (field.type != nullptr) return field;
    }
    if (steps_write(draft, name_)) return {std::string(name_), nullptr, false};
    if (draft.from == nullptr) return {std::string(name_), in_topics(draft), false};
    if (contains(draft.from->key_fields, name_)) return of(*draft.from);
    return declared(*draft.from, draft.file->name);
  }

  TypePtr in_topics(const RuleDraft& draft) const {
    using Kind = message::TopicFilter::Kind;
    std::size_t texts = 0;
    std::size_t integers = 0;
    for (const auto& topic : draft.topics) {
      for (const auto& level : topic.levels()) {
        if (level.kind == Kind::literal || level.text != name_) continue;
        ++(level.kind == Kind::one_int ? integers : texts);
      }
    }
    if (texts == draft.topics.size()) return of_kind(Type::Kind::text);
    return integers == draft.topics.size() ? of_kind(Type::Kind::integer) : nullptr;
  }

  const std::vector<RuleDraft>& drafts_;
  std::string_view name_;
};

}  // namespace

std::vector<Contract::KeyField> key_types(const DeclaredEvent& event, const std::vector<RuleDraft>& drafts) {
  std::vector<Contract::KeyField> fields;
  for (const auto& name : event.key_fields) fields.push_back(KeyType(drafts, name).of(event));
  return fields;
}

}  // namespace sluice::mapping
