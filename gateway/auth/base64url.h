#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sluice::auth {

/// Base64 with the alphabet of URLs and without padding (RFC 4648 5, RFC 7515 2).
std::string base64url(std::string_view bytes);

/// Base64 with the first alphabet and padding (RFC 4648 4).
std::string base64(std::string_view bytes);

/// The bytes that `text` stands for; nullopt for padding, another alphabet, spaces, an impossible length, and for bits
/// left over that are not zero: every byte string has one text only.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace sluice::auth
