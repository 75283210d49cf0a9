#pragma once

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

  Value() noexcept : Value(nullptr) {}
  Value(std::nullptr_t) noexcept;                            // NOLINT: values are written as literals
  Value(bool value) noexcept;                                // NOLINT
  Value(int value) noexcept : Value(std::int64_t{value}) {}  // NOLINT
  Value(std::int64_t value) noexcept;                        // NOLINT
  /// A double; NaN and infinities become null, which is how JSON knows them.
  Value(double value) noexcept;                                      // NOLINT
  Value(std::string_view text);                                      // NOLINT
  Value(const std::string& text) : Value(std::string_view(text)) {}  // NOLINT
  Value(const char* text) : Value(std::string_view(text)) {}         // NOLINT
  Value(List list);                                                  // NOLINT
  Value(Object object);                                              // NOLINT
  /// `Value::object({{"desk", "a"}, {"slot", 2}})`
  static Value object(std::initializer_list<std::pair<std::string_view, Value>> members = {});
  static Value list(std::initializer_list<Value> elements = {});

  Value(const Value& other);
  Value(Value&& other) noexcept;
  Value& operator=(const Value& other);
  Value& operator=(Value&& other) noexcept;
  ~Value();

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
  bool as_bool() const noexcept;
  std::int64_t as_int() const noexcept;
  /// Of an integer too.
  double as_number() const noexcept;
  std::string_view as_text() const noexcept;
  const List& as_list() const noexcept;
  List& as_list() noexcept;
  const Object& as_object() const noexcept;
  Object& as_object() noexcept;

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
  void destroy() noexcept;
  void steal(Value& other) noexcept;

  // The first eight bytes hold the bool, the number or the heap pointer; of a short text all fourteen are its bytes.
  template <class T>
  T load() const noexcept;
  template <class T>
  void store(T part) noexcept;
  alignas(8) char storage_[inline_capacity];
  std::uint8_t inline_length_;  // 255: the text is on the heap
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
