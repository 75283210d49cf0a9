#pragma once

#include <bit>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice {

/// A JSON-like value: null, bool, 64-bit integer, double, text, list or object.
///
/// Sixteen bytes; texts up to 14 bytes stand inside, longer ones, lists and objects on the heap, owned alone: a copy is
/// deep, a move is free. Objects keep their members in order and hold few of them: a lookup is a linear search.
///
/// Threads: like an int: any number may read one, one may write it.
class Value {
 public:
  enum class Kind : std::uint8_t { null, boolean, integer, number, text, list, object };
  struct Member;
  using List = std::vector<Value>;
  using Object = std::vector<Member>;

  Value() noexcept : Value(Kind::null, 0) {}
  Value(std::nullptr_t) noexcept : Value() {}                                                        // NOLINT
  Value(bool value) noexcept : Value(Kind::boolean, value ? 1U : 0U) {}                              // NOLINT
  Value(int value) noexcept : Value(std::int64_t{value}) {}                                          // NOLINT
  Value(std::int64_t value) noexcept : Value(Kind::integer, std::bit_cast<std::uint64_t>(value)) {}  // NOLINT
  /// A double; NaN and infinities become null, which is how JSON knows them.
  Value(double value) noexcept  // NOLINT
      : Value(std::isfinite(value) ? Value(Kind::number, std::bit_cast<std::uint64_t>(value)) : Value()) {}
  Value(std::string_view text);                                      // NOLINT
  Value(const std::string& text) : Value(std::string_view(text)) {}  // NOLINT
  Value(const char* text) : Value(std::string_view(text)) {}         // NOLINT
  Value(List list);                                                  // NOLINT
  Value(Object object);                                              // NOLINT
  /// `Value::object({{"desk", "a"}, {"slot", 2}})`
  static Value object(std::initializer_list<std::pair<std::string_view, Value>> members = {});
  static Value list(std::initializer_list<Value> elements = {});
  /// Empty, with room for that many: to be filled. Cheaper than a container made first, for its memory is mostly that
  /// of one that this thread has just done with.
  static Value list_with_room(std::size_t elements);
  static Value object_with_room(std::size_t members);

  Value(const Value& other) : first_(other.first_), second_(other.second_) {
    if (owns_heap()) copy_heap(other);
  }
  Value(Value&& other) noexcept : first_(other.first_), second_(other.second_) { other.release(); }
  Value& operator=(const Value& other) {
    if (this != &other) *this = Value(other);
    return *this;
  }
  Value& operator=(Value&& other) noexcept {
    const auto first = other.first_;
    const auto second = other.second_;
    other.release();  // first: `other` may be a part of what is destroyed next
    if (owns_heap()) destroy_heap();
    first_ = first;
    second_ = second;
    return *this;
  }
  ~Value() {
    if (owns_heap()) destroy_heap();
  }

  Kind kind() const noexcept { return static_cast<Kind>(second_ >> kind_shift); }
  bool is_null() const noexcept { return kind() == Kind::null; }
  bool is_bool() const noexcept { return kind() == Kind::boolean; }
  bool is_int() const noexcept { return kind() == Kind::integer; }
  /// An integer or a double.
  bool is_number() const noexcept { return kind() == Kind::integer || kind() == Kind::number; }
  bool is_text() const noexcept { return kind() == Kind::text; }
  bool is_list() const noexcept { return kind() == Kind::list; }
  bool is_object() const noexcept { return kind() == Kind::object; }

  // Each asserts the kind.
  bool as_bool() const noexcept {
    assert(is_bool());
    return first_ != 0;
  }
  std::int64_t as_int() const noexcept {
    assert(is_int());
    return std::bit_cast<std::int64_t>(first_);
  }
  /// Of an integer too.
  double as_number() const noexcept {
    assert(is_number());
    return is_int() ? static_cast<double>(as_int()) : std::bit_cast<double>(first_);
  }
  std::string_view as_text() const noexcept {
    assert(is_text());
    if (short_length() == on_heap) return long_text();
    return {reinterpret_cast<const char*>(this), short_length()};
  }
  const List& as_list() const noexcept {
    assert(is_list());
    return *heap<List>();
  }
  List& as_list() noexcept {
    assert(is_list());
    return *heap<List>();
  }
  const Object& as_object() const noexcept {
    assert(is_object());
    return *heap<Object>();
  }
  Object& as_object() noexcept {
    assert(is_object());
    return *heap<Object>();
  }

  /// The member of that name; null when there is none or this is no object. Never an owner: read it at once.
  const Value* find(std::string_view name) const noexcept;
  Value* find(std::string_view name) noexcept;
  /// Sets or appends the member; a null value becomes an object first.
  void set(std::string_view name, Value value);
  /// Removes the member; false when there was none.
  bool erase(std::string_view name);

  /// Bytes on the heap, for the bounds on state.
  std::size_t heap_bytes() const noexcept;

  /// As `==`, for two texts.
  static bool same_text(const Value& a, const Value& b) noexcept {
    assert(a.is_text() && b.is_text());
    if (a.first_ == b.first_ && a.second_ == b.second_) return true;  // short, or one and the same
    return a.second_ == b.second_ && a.short_length() == on_heap && a.long_text() == b.long_text();
  }
  /// Equal kind and content; 1 == 1.0; members in any order.
  friend bool operator==(const Value& a, const Value& b) noexcept;

 private:
  static constexpr std::size_t short_capacity = 14;
  static constexpr std::size_t on_heap = 255;
  static constexpr unsigned kind_shift = 56;
  static constexpr unsigned length_shift = 48;

  Value(Kind kind, std::uint64_t first, std::uint64_t length = 0) noexcept
      : first_(first), second_(static_cast<std::uint64_t>(kind) << kind_shift | length << length_shift) {}

  bool owns_heap() const noexcept {
    return kind() >= Kind::text && (kind() != Kind::text || short_length() == on_heap);
  }
  static Value short_text(std::string_view text) noexcept;
  void copy_heap(const Value& other);
  void destroy_heap() noexcept;
  std::string_view long_text() const noexcept;
  std::size_t short_length() const noexcept { return second_ >> length_shift & 0xFF; }
  template <class T>
  T* heap() const noexcept {
    return reinterpret_cast<T*>(static_cast<std::uintptr_t>(first_));
  }
  void release() noexcept { first_ = second_ = 0; }

  // Two words, always written and moved whole: a processor that has to put a load together from several stores waits.
  std::uint64_t first_;   // the bool, the number or the heap pointer; of a short text its first eight bytes
  std::uint64_t second_;  // from the top: the kind, a text's length (or on_heap), six more bytes of a short text
};

static_assert(std::endian::native == std::endian::little, "a short text lies in the two words as it is read");
static_assert(sizeof(Value) == 16);

/// One member of an object.
struct Value::Member {
  Value name;  // always a text
  Value value;
  std::string_view key() const noexcept { return name.as_text(); }
};

/// The name of a kind as users read it: `null bool int number text list object`.
std::string_view kind_name(Value::Kind kind);

}  // namespace sluice
