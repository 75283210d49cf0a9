#pragma once

#include <cassert>
#include <cmath>
#include <cstdint>
#include <cstring>
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

  Value() noexcept : storage_{}, inline_length_(0), kind_(Kind::null) {}
  Value(std::nullptr_t) noexcept : Value() {}                                  // NOLINT: written as literals
  Value(bool value) noexcept : Value(Kind::boolean) { store(value); }          // NOLINT
  Value(int value) noexcept : Value(std::int64_t{value}) {}                    // NOLINT
  Value(std::int64_t value) noexcept : Value(Kind::integer) { store(value); }  // NOLINT
  /// A double; NaN and infinities become null, which is how JSON knows them.
  Value(double value) noexcept : Value() {  // NOLINT
    if (!std::isfinite(value)) return;
    kind_ = Kind::number;
    store(value);
  }
  Value(std::string_view text);                                      // NOLINT
  Value(const std::string& text) : Value(std::string_view(text)) {}  // NOLINT
  Value(const char* text) : Value(std::string_view(text)) {}         // NOLINT
  Value(List list);                                                  // NOLINT
  Value(Object object);                                              // NOLINT
  /// `Value::object({{"desk", "a"}, {"slot", 2}})`
  static Value object(std::initializer_list<std::pair<std::string_view, Value>> members = {});
  static Value list(std::initializer_list<Value> elements = {});

  Value(const Value& other) : storage_{}, inline_length_(other.inline_length_), kind_(other.kind_) {
    if (other.owns_heap()) {
      copy_heap(other);
    } else {
      std::memcpy(storage_, other.storage_, sizeof(storage_));
    }
  }
  Value(Value&& other) noexcept { steal(other); }
  Value& operator=(const Value& other) {
    if (this != &other) *this = Value(other);
    return *this;
  }
  Value& operator=(Value&& other) noexcept {
    Value taken(std::move(other));  // first: `other` may be a part of what is destroyed next
    if (owns_heap()) destroy_heap();
    steal(taken);
    return *this;
  }
  ~Value() {
    if (owns_heap()) destroy_heap();
  }

  Kind kind() const noexcept { return kind_; }
  bool is_null() const noexcept { return kind_ == Kind::null; }
  bool is_bool() const noexcept { return kind_ == Kind::boolean; }
  bool is_int() const noexcept { return kind_ == Kind::integer; }
  /// An integer or a double.
  bool is_number() const noexcept { return kind_ == Kind::integer || kind_ == Kind::number; }
  bool is_text() const noexcept { return kind_ == Kind::text; }
  bool is_list() const noexcept { return kind_ == Kind::list; }
  bool is_object() const noexcept { return kind_ == Kind::object; }

  // Each asserts the kind.
  bool as_bool() const noexcept {
    assert(is_bool());
    return load<bool>();
  }
  std::int64_t as_int() const noexcept {
    assert(is_int());
    return load<std::int64_t>();
  }
  /// Of an integer too.
  double as_number() const noexcept {
    assert(is_number());
    return is_int() ? static_cast<double>(load<std::int64_t>()) : load<double>();
  }
  std::string_view as_text() const noexcept {
    assert(is_text());
    if (inline_length_ == on_heap) return long_text();
    return {storage_, inline_length_};
  }
  const List& as_list() const noexcept {
    assert(is_list());
    return *load<List*>();
  }
  List& as_list() noexcept {
    assert(is_list());
    return *load<List*>();
  }
  const Object& as_object() const noexcept {
    assert(is_object());
    return *load<Object*>();
  }
  Object& as_object() noexcept {
    assert(is_object());
    return *load<Object*>();
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

  /// Equal kind and content; 1 == 1.0; members in any order.
  friend bool operator==(const Value& a, const Value& b) noexcept;

 private:
  static constexpr std::size_t inline_capacity = 14;
  static constexpr std::uint8_t on_heap = 255;

  explicit Value(Kind kind) noexcept : storage_{}, inline_length_(0), kind_(kind) {}
  bool owns_heap() const noexcept { return kind_ >= Kind::text && (kind_ != Kind::text || inline_length_ == on_heap); }
  void copy_heap(const Value& other);
  void destroy_heap() noexcept;
  std::string_view long_text() const noexcept;
  void steal(Value& other) noexcept {
    std::memcpy(storage_, other.storage_, sizeof(storage_));
    inline_length_ = other.inline_length_;
    kind_ = other.kind_;
    other.inline_length_ = 0;
    other.kind_ = Kind::null;
  }

  // The first eight bytes hold the bool, the number or the heap pointer; of a short text all fourteen are its bytes.
  // All are written whole, so that a copy never reads what was not written.
  template <class T>
  T load() const noexcept {
    static_assert(sizeof(T) <= inline_capacity);
    T part;
    std::memcpy(&part, storage_, sizeof(T));
    return part;
  }
  template <class T>
  void store(T part) noexcept {
    static_assert(sizeof(T) <= inline_capacity);
    std::memcpy(storage_, &part, sizeof(T));
  }
  alignas(8) char storage_[inline_capacity];
  std::uint8_t inline_length_;  // or on_heap
  Kind kind_;
};

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
