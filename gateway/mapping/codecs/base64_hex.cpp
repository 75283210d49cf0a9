#include <array>

#include "mapping/codecs/codec_kinds.h"

namespace sluice::mapping {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// `base64` (RFC 4648, 4), also the URL alphabet (5); padding may be left out, white space is skipped.
class Base64Codec final : public ByteCodec {
 public:
  Expected<std::string> decode(std::string_view text, std::size_t max_bytes) const override {
    std::string bytes;
    std::uint32_t bits = 0;
    int count = 0;
    bool padded = false;
    for (const char c : text) {
      if (is_space(c)) continue;
      if (c == '=') {
        padded = true;
        continue;
      }
      const int digit = digit_of(c);
      if (digit < 0 || padded) return unexpected("payload is no base64 text");
      bits = (bits << 6) | static_cast<std::uint32_t>(digit);
      if (++count % 4 == 1) continue;
      const int left = (3 - (count - 1) % 4) * 2;
      bytes.push_back(static_cast<char>((bits >> left) & 0xff));
      if (bytes.size() > max_bytes)
        return unexpected("decoded payload is above " + std::to_string(max_bytes) + " bytes");
    }
    if (count % 4 == 1) return unexpected("payload is no base64 text");
    return bytes;
  }

 private:
  static int digit_of(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+' || c == '-') return 62;
    if (c == '/' || c == '_') return 63;
    return -1;
  }
};

/// `hex`: two digits a byte, white space is skipped.
class HexCodec final : public ByteCodec {
 public:
  Expected<std::string> decode(std::string_view text, std::size_t) const override {
    std::string bytes;
    int high = -1;
    for (const char c : text) {
      if (is_space(c)) continue;
      const int digit = digit_of(c);
      if (digit < 0) return unexpected("payload is no hexadecimal text");
      if (high < 0) {
        high = digit;
      } else {
        bytes.push_back(static_cast<char>(high * 16 + digit));
        high = -1;
      }
    }
    if (high >= 0) return unexpected("payload is no hexadecimal text: its last byte has one digit");
    return bytes;
  }

 private:
  static int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  }
};

}  // namespace

std::unique_ptr<ByteCodec> base64_codec() {
  return std::make_unique<Base64Codec>();
}

std::unique_ptr<ByteCodec> hex_codec() {
  return std::make_unique<HexCodec>();
}

const Manual base64_codec_manual = {
    .form = R"md(`codec: [base64, ...]`)md",
    .text = R"md(Base64 text (RFC 4648) to the bytes that the next codec of the list reads.)md",
    .example = R"yaml(rules:
  - topic: node/{node}
    codec: [base64, json]
    emit: reading
tests:
  - name: base64 of {"t":21}
    given: [{topic: node/a, payload: eyJ0IjoyMX0=}]
    expect: [{event: reading, data: {t: 21}}]
)yaml",
};

const Manual hex_codec_manual = {
    .form = R"md(`codec: [hex, ...]`)md",
    .text = R"md(Hexadecimal text to the bytes that the next codec of the list reads.)md",
    .example = R"yaml(rules:
  - topic: node/{node}
    codec: [hex, {struct: {mv: u16be}}]
    emit: reading
tests:
  - name: two bytes as four digits
    given: [{topic: node/a, payload: 0ce4}]
    expect: [{event: reading, data: {mv: 3300}}]
)yaml",
};

}  // namespace sluice::mapping
