#include "recording/base64.h"

#include <array>
#include <cstdint>

namespace sluice::recording {
namespace {

constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t none = 255;

constexpr auto values = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(none);
  for (std::uint8_t i = 0; i < 64; ++i) table[static_cast<unsigned char>(alphabet[i])] = i;
  return table;
}();

std::uint32_t byte_at(std::string_view bytes, std::size_t i) {
  return static_cast<unsigned char>(bytes[i]);
}

std::uint32_t value_at(std::string_view text, std::size_t i) {
  return values[static_cast<unsigned char>(text[i])];
}

char low_byte(std::uint32_t bits) {
  return static_cast<char>(bits & 0xFFU);
}

}  // namespace

void write_base64(std::string_view bytes, std::string& out) {
  const auto start = out.size();
  out.resize(start + (bytes.size() + 2) / 3 * 4);
  auto* to = out.data() + start;
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    const auto bits = byte_at(bytes, i) << 16U | byte_at(bytes, i + 1) << 8U | byte_at(bytes, i + 2);
    *to++ = alphabet[bits >> 18U];
    *to++ = alphabet[bits >> 12U & 63U];
    *to++ = alphabet[bits >> 6U & 63U];
    *to++ = alphabet[bits & 63U];
  }
  const auto left = bytes.size() - i;
  if (left == 0) return;
  const auto bits = byte_at(bytes, i) << 16U | (left == 2 ? byte_at(bytes, i + 1) << 8U : 0U);
  *to++ = alphabet[bits >> 18U];
  *to++ = alphabet[bits >> 12U & 63U];
  *to++ = left == 2 ? alphabet[bits >> 6U & 63U] : '=';
  *to++ = '=';
}

bool read_base64(std::string_view text, std::string& out) {
  out.clear();
  if (text.size() % 4 != 0) return false;
  if (text.empty()) return true;
  const std::size_t padding = !text.ends_with('=') ? 0U : text.ends_with("==") ? 2U : 1U;
  out.resize(text.size() / 4 * 3);
  auto* to = out.data();
  const auto whole = padding == 0 ? text.size() : text.size() - 4;
  std::uint32_t wrong = 0;
  for (std::size_t i = 0; i < whole; i += 4) {
    const auto a = value_at(text, i);
    const auto b = value_at(text, i + 1);
    const auto c = value_at(text, i + 2);
    const auto d = value_at(text, i + 3);
    wrong |= a | b | c | d;  // only `none` has a bit above the sixth
    const auto bits = (a & 63U) << 18U | (b & 63U) << 12U | (c & 63U) << 6U | (d & 63U);
    *to++ = low_byte(bits >> 16U);
    *to++ = low_byte(bits >> 8U);
    *to++ = low_byte(bits);
  }
  if (padding > 0) {
    const auto a = value_at(text, whole);
    const auto b = value_at(text, whole + 1);
    const auto c = padding == 1 ? value_at(text, whole + 2) : 0U;
    wrong |= a | b | c;
    const auto bits = (a & 63U) << 18U | (b & 63U) << 12U | (c & 63U) << 6U;
    *to++ = low_byte(bits >> 16U);
    if (padding == 1) *to++ = low_byte(bits >> 8U);
    if ((bits & (padding == 1 ? 0xFFU : 0xFFFFU)) != 0) return false;
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
  return (wrong & 0xC0U) == 0;
}

}  // namespace sluice::recording
