#include "recording/texts/message_fields.h"

#include "base/text.h"
#include "message/topic_filter.h"

namespace sluice::recording {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<int> read_qos(std::string_view text) {
  if (text.size() != 1 || text[0] < '0' || text[0] > '2') return std::nullopt;
  return text[0] - '0';
}

std::optional<bool> read_flag(std::string_view text) {
  if (text == "0" || text == "false" || text == "False") return false;
  if (text == "1" || text == "true" || text == "True") return true;
  return std::nullopt;
}

bool read_hex(std::string_view text, std::string& out, char separator) {
  out.clear();
  const std::size_t step = separator == 0 ? 2 : 3;
  if (text.empty()) return true;
  if ((text.size() + step - 2) % step != 0) return false;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += step) {
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return false;
    if (step == 3 && i + 2 < text.size() && text[i + 2] != separator) return false;
    out.push_back(static_cast<char>(high * 16 + low));
  }
  return true;
}

Expected<void> check_topic(std::string_view topic) {
  if (message::is_topic_name(topic)) return {};
  return unexpected("'" + excerpt(topic, 60) + "' is no topic name");
}

std::string_view whole_lines(std::string_view head) {
  const auto end = head.rfind('\n');
  return end == std::string_view::npos ? head : head.substr(0, end);
}

}  // namespace sluice::recording
