#include "mapping/contract/contract.h"

#include <algorithm>
#include <cassert>
#include <set>
#include <utility>

#include "mapping/compiled_command.h"

namespace sluice::mapping {
namespace {

/// Marks what the streams and commands of a contract need.
class Reach {
 public:
  explicit Reach(const Contract& contract) : contract_(contract) {
    for (const auto& stream : contract.streams) {
      for (const auto number : stream.spec.events) take(number);
      for (const auto number : stream.spec.on_connect) take(number);
      if (stream.spec.poll) {
        for (const auto number : stream.spec.poll->events) take(number);
      }
      for (const auto& parameter : stream.query) take(parameter.type, stream.file);
    }
    for (const auto& command : contract.commands) {
      if (command.reply) take(command.reply->event);
      take(command.compiled->body, std::string(file_of(command.name)));
    }
  }

  bool has(const Contract::Event& event) const { return events_.contains(event.number); }
  bool has(const Contract::NamedType& type) const { return types_.contains({type.file, type.name}); }

 private:
  void take(event::TypeNumber number) {
    if (!events_.insert(number).second) return;
    const auto& event = contract_.event(number);
    take(event.type, event.file);
    for (const auto& field : event.key) take(field.type, event.file);
  }

  void take(const TypePtr& type, const std::string& file) {
    if (type == nullptr) return;
    if (!type->name.empty()) {
      if (!types_.insert({file, type->name}).second) return;
      const auto named = std::find_if(contract_.types.begin(), contract_.types.end(),
                                      [&](const auto& each) { return each.file == file && each.name == type->name; });
      if (named != contract_.types.end()) take(named->type, file);
      return;
    }
    take(type->element, file);
    for (const auto& field : type->fields) take(field.type, file);
  }

  const Contract& contract_;
  std::set<event::TypeNumber> events_;
  std::set<std::pair<std::string, std::string>> types_;
};

}  // namespace

std::string_view file_of(std::string_view public_name) {
  return public_name.substr(0, public_name.find('.'));
}

const Contract::Event& Contract::event(event::TypeNumber number) const {
  const auto found =
      std::find_if(events.begin(), events.end(), [&](const auto& each) { return each.number == number; });
  assert(found != events.end());
  return *found;
}

const Type* Contract::find_type(std::string_view file, std::string_view name) const {
  const auto found = std::find_if(types.begin(), types.end(),
                                  [&](const auto& each) { return each.file == file && each.name == name; });
  return found == types.end() ? nullptr : found->type.get();
}

Contract Contract::only(const Allowed& allowed) const {
  Contract part = *this;
  std::erase_if(part.streams, [&](const auto& stream) { return !allowed(stream.spec.access); });
  std::erase_if(part.commands, [&](const auto& command) { return !allowed(command.access); });
  const Reach reach(part);
  std::erase_if(part.events, [&](const auto& event) { return !reach.has(event); });
  std::erase_if(part.types, [&](const auto& type) { return !reach.has(type); });
  return part;
}

}  // namespace sluice::mapping
