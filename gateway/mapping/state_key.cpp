#include "mapping/state_key.h"

#include <cmath>
#include <cstring>

#include "base/json.h"

namespace sluice::mapping {
namespace {

template <class T>
void append_raw(char tag, T part, std::string& bytes) {
  char raw[1 + sizeof(T)];
  raw[0] = tag;
  std::memcpy(raw + 1, &part, sizeof(T));
  bytes.append(raw, sizeof raw);
}

void append_text(char tag, std::string_view text, std::string& bytes) {
  append_raw(tag, static_cast<std::uint32_t>(text.size()), bytes);
  bytes.append(text);
}

}  // namespace

void append_key_part(const Value& value, std::string& bytes) {
  switch (value.kind()) {
    case Value::Kind::null:
      bytes.push_back('n');
      return;
    case Value::Kind::boolean:
      bytes.push_back(value.as_bool() ? 't' : 'f');
      return;
    case Value::Kind::integer:
      append_raw('i', value.as_int(), bytes);
      return;
    case Value::Kind::number: {
      const double number = value.as_number();
      constexpr double limit = 9.2e18;
      if (std::trunc(number) == number && std::abs(number) < limit) {
        append_raw('i', static_cast<std::int64_t>(number), bytes);
      } else {
        append_raw('d', number, bytes);
      }
      return;
    }
    case Value::Kind::text:
      append_text('s', value.as_text(), bytes);
      return;
    case Value::Kind::list:
    case Value::Kind::object:
      append_text('j', to_json(value), bytes);
      return;
  }
}

void state_key(const Value& record, const std::vector<std::string>& names, std::string& bytes) {
  bytes.clear();
  for (const auto& name : names) {
    if (const Value* value = record.find(name)) {
      append_key_part(*value, bytes);
    } else {
      bytes.push_back('n');
    }
  }
}

}  // namespace sluice::mapping
