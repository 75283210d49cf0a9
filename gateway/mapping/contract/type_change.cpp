#include "mapping/contract/type_change.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "mapping/type_notation.h"

namespace sluice::mapping {
namespace {

std::string shown_kind(const Type& type) {
  switch (type.kind) {
    case Type::Kind::any:
      return "any value";
    case Type::Kind::object:
      return "any object";
    case Type::Kind::enumeration:
      return fmt::format("{}", fmt::join(type.texts, " | "));
    case Type::Kind::list:
      return "a list";
    case Type::Kind::record:
      return "an object of known fields";
    default:
      return std::string(type_word(type.kind));
  }
}

/// True when every value of kind `sent` is one of kind `known`.
bool includes(Type::Kind known, Type::Kind sent) {
  using Kind = Type::Kind;
  return known == sent || known == Kind::any || (known == Kind::number && sent == Kind::integer) ||
         (known == Kind::text && sent == Kind::enumeration) || (known == Kind::object && sent == Kind::record);
}

}  // namespace

void TypeChange::compare(const Type& before, const Type& now, const std::string& what) {
  const auto& known = reads() ? before : now;
  const auto& sent = reads() ? now : before;
  if (!includes(known.kind, sent.kind)) {
    return tell(now, fmt::format(fmt::runtime(reads() ? "{} is now {}, it was {}" : "{} now takes {}, it took {}"),
                                 what, shown_kind(now), shown_kind(before)));
  }
  if (sent.nullable && !known.nullable && known.kind != Type::Kind::any) {
    tell(now, what + (reads() ? " may now be null, it never was" : " no longer takes null"));
  }
  if (!before.unit.empty() && !now.unit.empty() && before.unit != now.unit) {
    tell(now, fmt::format("{} is now in {}, it was in {}", what, now.unit, before.unit));
  }
  // What is wrong with a named type is told once, where it is defined.
  const Type* definition = now.name.empty() ? nullptr : contract_.find_type(file_, now.name);
  if (definition == nullptr || before.name != now.name) return contents(before, now, what);
  if (named_.insert(now.name).second) contents(before, *definition, "type " + file_ + "." + now.name);
}

void TypeChange::contents(const Type& before, const Type& now, const std::string& what) {
  if (before.kind == Type::Kind::list && now.kind == Type::Kind::list) {
    compare(*before.element, *now.element, what + "[]");
  } else if (before.kind == Type::Kind::record && now.kind == Type::Kind::record) {
    records(before, now, what);
  } else if (before.kind == Type::Kind::enumeration && now.kind == Type::Kind::enumeration) {
    texts(before, now, what);
  } else {
    ranges(before, now, what);
  }
}

void TypeChange::ranges(const Type& before, const Type& now, const std::string& what) {
  const auto& known = reads() ? before : now;
  const auto& sent = reads() ? now : before;
  if (sent.kind == Type::Kind::enumeration) return;
  const auto shown = [](const std::optional<double>& bound) { return bound ? fmt::format("{}", *bound) : "no bound"; };
  const std::string of = now.kind == Type::Kind::text ? " characters" : "";
  if (known.low && (!sent.low || *sent.low < *known.low)) {
    tell(now, fmt::format("{} has at least {}{} now, it had at least {}", what, shown(now.low), of, shown(before.low)));
  }
  if (known.high && (!sent.high || *sent.high > *known.high)) {
    tell(now, fmt::format("{} has at most {}{} now, it had at most {}", what, shown(now.high), of, shown(before.high)));
  }
}

void TypeChange::texts(const Type& before, const Type& now, const std::string& what) {
  const auto& known = reads() ? before : now;
  const auto& sent = reads() ? now : before;
  for (const auto& text : sent.texts) {
    if (std::find(known.texts.begin(), known.texts.end(), text) != known.texts.end()) continue;
    tell(now, fmt::format(
                  fmt::runtime(reads() ? "{} may now be '{}', which readers do not know" : "{} no longer takes '{}'"),
                  what, excerpt(text, 60)));
  }
}

void TypeChange::records(const Type& before, const Type& now, const std::string& what) {
  for (const auto& field : before.fields) {
    const auto path = what + "." + excerpt(field.name, 60);
    const auto* there = now.find(field.name);
    if (there == nullptr) {
      tell(now, path + (reads() ? " is gone" : " is no longer taken"));
      continue;
    }
    if (reads() && there->type->optional && !field.type->optional) {
      tell(*there->type, path + " may now be absent, it was always there");
    } else if (!reads() && field.type->optional && !there->type->optional) {
      tell(*there->type, path + " must now be given, it was optional");
    }
    compare(*field.type, *there->type, path);
  }
  if (reads()) return;
  for (const auto& field : now.fields) {
    if (before.find(field.name) != nullptr || field.type->optional) continue;
    tell(*field.type, what + "." + excerpt(field.name, 60) + " must now be given, it was not there");
  }
}

}  // namespace sluice::mapping
