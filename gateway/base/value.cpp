#include "base/value.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <memory>
#include <new>

namespace sluice {
namespace {

/// A long text on the heap: its length, then its bytes.
struct LongText {
  std::size_t length;

  static LongText* make(std::string_view text) {
    void* const block = ::operator new(sizeof(LongText) + text.size());
    auto* const made = new (block) LongText{text.size()};
    std::memcpy(made + 1, text.data(), text.size());
    return made;
  }
  std::string_view view() const { return {reinterpret_cast<const char*>(this + 1), length}; }
  static void destroy(LongText* text) { ::operator delete(text); }
};

bool same_number(std::int64_t integer, double number) noexcept {
  if (!(number >= -9223372036854775808.0 && number < 9223372036854775808.0)) return false;
  return number == std::trunc(number) && static_cast<std::int64_t>(number) == integer;
}

/// Above this many members, work that would grow with their square sorts first: objects come from outside.
constexpr std::size_t few_members = 32;

std::vector<const Value::Member*> by_name(const Value::Object& object) {
  std::vector<const Value::Member*> members;
  members.reserve(object.size());
  for (const auto& member : object) members.push_back(&member);
  std::sort(members.begin(), members.end(), [](const auto* a, const auto* b) { return a->key() < b->key(); });
  return members;
}

bool same_members(const Value::Object& a, const Value::Object& b) noexcept {
  if (a.size() != b.size()) return false;
  std::size_t i = 0;
  while (i < a.size() && a[i].key() == b[i].key()) {
    if (!(a[i].value == b[i].value)) return false;
    ++i;
  }
  if (i == a.size()) return true;
  if (a.size() <= few_members) {
    for (; i < a.size(); ++i) {
      const auto& member = a[i];
      const auto other =
          std::find_if(b.begin(), b.end(), [&](const auto& candidate) { return candidate.key() == member.key(); });
      if (other == b.end() || !(other->value == member.value)) return false;
    }
    return true;
  }
  const auto left = by_name(a);
  const auto right = by_name(b);
  return std::equal(left.begin(), left.end(), right.begin(),
                    [](const auto* x, const auto* y) { return x->key() == y->key() && x->value == y->value; });
}

}  // namespace

Value::Value(std::string_view text) : storage_{}, inline_length_(0), kind_(Kind::text) {
  if (text.size() <= inline_capacity) {
    if (!text.empty()) std::memcpy(storage_, text.data(), text.size());
    inline_length_ = static_cast<std::uint8_t>(text.size());
  } else {
    store(LongText::make(text));
    inline_length_ = on_heap;
  }
}

Value::Value(List list) : storage_{}, inline_length_(0), kind_(Kind::list) {
  store(new List(std::move(list)));
}

Value::Value(Object object) : storage_{}, inline_length_(0), kind_(Kind::object) {
  store(new Object(std::move(object)));
}

Value Value::object(std::initializer_list<std::pair<std::string_view, Value>> members) {
  Object object;
  object.reserve(members.size());
  for (const auto& [name, value] : members) object.push_back({Value(name), value});
  return Value(std::move(object));
}

Value Value::list(std::initializer_list<Value> elements) {
  return Value(List(elements));
}

void Value::copy_heap(const Value& other) {
  switch (kind_) {
    case Kind::list:
      store(new List(other.as_list()));
      break;
    case Kind::object:
      store(new Object(other.as_object()));
      break;
    default:
      store(LongText::make(other.long_text()));
  }
}

void Value::destroy_heap() noexcept {
  switch (kind_) {
    case Kind::list:
      delete load<List*>();
      break;
    case Kind::object:
      delete load<Object*>();
      break;
    default:
      LongText::destroy(load<LongText*>());
  }
}

std::string_view Value::long_text() const noexcept {
  return load<LongText*>()->view();
}

const Value* Value::find(std::string_view name) const noexcept {
  if (!is_object()) return nullptr;
  for (const auto& member : as_object()) {
    if (member.key() == name) return &member.value;
  }
  return nullptr;
}

Value* Value::find(std::string_view name) noexcept {
  return const_cast<Value*>(std::as_const(*this).find(name));
}

void Value::set(std::string_view name, Value value) {
  if (is_null()) *this = Value(Object());
  if (auto* const member = find(name)) {
    *member = std::move(value);
  } else {
    as_object().push_back({Value(name), std::move(value)});
  }
}

bool Value::erase(std::string_view name) {
  if (!is_object()) return false;
  auto& object = as_object();
  const auto member = std::find_if(object.begin(), object.end(), [&](const auto& m) { return m.key() == name; });
  if (member == object.end()) return false;
  object.erase(member);
  return true;
}

std::size_t Value::heap_bytes() const noexcept {
  switch (kind_) {
    case Kind::text:
      return inline_length_ == on_heap ? sizeof(LongText) + as_text().size() : 0;
    case Kind::list: {
      const auto& list = as_list();
      auto bytes = sizeof(List) + list.capacity() * sizeof(Value);
      for (const auto& element : list) bytes += element.heap_bytes();
      return bytes;
    }
    case Kind::object: {
      const auto& object = as_object();
      auto bytes = sizeof(Object) + object.capacity() * sizeof(Member);
      for (const auto& member : object) bytes += member.name.heap_bytes() + member.value.heap_bytes();
      return bytes;
    }
    default:
      return 0;
  }
}

bool operator==(const Value& a, const Value& b) noexcept {
  if (a.kind_ != b.kind_) {
    if (a.is_int() && b.is_number()) return same_number(a.as_int(), b.as_number());
    if (b.is_int() && a.is_number()) return same_number(b.as_int(), a.as_number());
    return false;
  }
  switch (a.kind_) {
    case Value::Kind::null:
      return true;
    case Value::Kind::boolean:
      return a.as_bool() == b.as_bool();
    case Value::Kind::integer:
      return a.as_int() == b.as_int();
    case Value::Kind::number:
      return a.as_number() == b.as_number();
    case Value::Kind::text:
      return a.as_text() == b.as_text();
    case Value::Kind::list:
      return a.as_list() == b.as_list();
    case Value::Kind::object:
      return same_members(a.as_object(), b.as_object());
  }
  return false;
}

std::string_view kind_name(Value::Kind kind) {
  constexpr std::string_view names[] = {"null", "bool", "int", "number", "text", "list", "object"};
  return names[static_cast<std::size_t>(kind)];
}

}  // namespace sluice
