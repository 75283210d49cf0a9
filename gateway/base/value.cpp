#include "base/value.h"

#include <algorithm>
#include <array>
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

/// Emptied lists or objects that kept their memory for the next ones: what a message is read into seldom outlives it.
///
/// Threads: one set of spares each. A sanitizer is not kept from seeing who reads what has ended: it gets no spares.
template <class Container>
class Spares {
 public:
  static Container* take(std::size_t room) {
    auto* container = count == 0 ? new Container : kept[--count];
    container->reserve(room);
    return container;
  }
  static void give(Container* container) noexcept {
    container->clear();  // first: what it holds may leave spares too
    if (count == most || container->capacity() > most_room || over) {
      delete container;
      return;
    }
    if (count == 0) static thread_local const AtThreadEnd end;
    kept[count++] = container;
  }

 private:
  struct AtThreadEnd {
    ~AtThreadEnd() {
      over = true;
      while (count > 0) delete kept[--count];
    }
  };
#if defined(__SANITIZE_ADDRESS__)
  static constexpr std::size_t most = 0;
#else
  static constexpr std::size_t most = 16;
#endif
  static constexpr std::size_t most_room = 16;
  static thread_local inline std::array<Container*, 16> kept{};
  static thread_local inline std::size_t count = 0;
  static thread_local inline bool over = false;
};

std::uint64_t address(const void* block) {
  return static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(block));
}

template <class Word>
std::uint64_t read_word(const char* bytes) {
  Word word;
  std::memcpy(&word, bytes, sizeof(Word));
  return word;
}

/// Up to eight bytes as the low ones of a word, read without a loop.
std::uint64_t few_bytes(std::string_view text) {
  const auto size = text.size();
  if (size >= 4) {
    const auto last = read_word<std::uint32_t>(text.data() + size - 4);
    return read_word<std::uint32_t>(text.data()) | last << 8 * (size - 4);
  }
  if (size == 0) return 0;
  const auto byte = [&](std::size_t at) { return std::uint64_t{static_cast<unsigned char>(text[at])} << 8 * at; };
  return byte(0) | byte(size / 2) | byte(size - 1);
}

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

Value::Value(std::string_view text)
    : Value(text.size() > short_capacity ? Value(Kind::text, address(LongText::make(text)), on_heap)
                                         : short_text(text)) {}

Value Value::short_text(std::string_view text) noexcept {
  const auto size = text.size();
  constexpr auto word = sizeof(std::uint64_t);
  if (size <= word) return {Kind::text, few_bytes(text), size};
  Value value(Kind::text, read_word<std::uint64_t>(text.data()), size);
  // The last eight bytes, less those that stand in the first word.
  value.second_ |= read_word<std::uint64_t>(text.data() + size - word) >> 8 * (2 * word - size);
  return value;
}

Value::Value(List list) : Value(Kind::list, address(new List(std::move(list)))) {}

Value::Value(Object object) : Value(Kind::object, address(new Object(std::move(object)))) {}

Value Value::list_with_room(std::size_t elements) {
  return {Kind::list, address(Spares<List>::take(elements))};
}

Value Value::object_with_room(std::size_t members) {
  return {Kind::object, address(Spares<Object>::take(members))};
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
  switch (kind()) {
    case Kind::list:
      first_ = address(new List(other.as_list()));
      break;
    case Kind::object:
      first_ = address(new Object(other.as_object()));
      break;
    default:
      first_ = address(LongText::make(other.long_text()));
  }
}

void Value::destroy_heap() noexcept {
  switch (kind()) {
    case Kind::list:
      Spares<List>::give(heap<List>());
      break;
    case Kind::object:
      Spares<Object>::give(heap<Object>());
      break;
    default:
      LongText::destroy(heap<LongText>());
  }
}

std::string_view Value::long_text() const noexcept {
  return heap<LongText>()->view();
}

const Value* Value::find(std::string_view name) const noexcept {
  if (!is_object()) return nullptr;
  if (name.size() > short_capacity) {
    for (const auto& member : as_object()) {
      if (member.key() == name) return &member.value;
    }
    return nullptr;
  }
  const Value text = short_text(name);
  for (const auto& member : as_object()) {
    if (same_text(member.name, text)) return &member.value;
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
  switch (kind()) {
    case Kind::text:
      return short_length() == on_heap ? sizeof(LongText) + as_text().size() : 0;
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
  if (a.kind() != b.kind()) {
    if (a.is_int() && b.is_number()) return same_number(a.as_int(), b.as_number());
    if (b.is_int() && a.is_number()) return same_number(b.as_int(), a.as_number());
    return false;
  }
  switch (a.kind()) {
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
