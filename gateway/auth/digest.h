#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice::auth {

// Digests, random bytes and comparisons, all by OpenSSL. Threads: any.

/// The 20 raw bytes. For protocols that ask for it; nothing is safe by it.
std::string sha1(std::string_view bytes);
/// The 32 raw bytes.
std::string sha256(std::string_view bytes);
/// The 32 raw bytes (RFC 2104).
std::string hmac_sha256(std::string_view key, std::string_view bytes);
/// Lower-case hexadecimal.
std::string hex(std::string_view bytes);

/// In a time that depends on the lengths only.
bool equal(std::string_view a, std::string_view b);

/// That many bytes that nobody can guess, as unpadded base64url text. The process ends when the system has none.
std::string random_token(std::size_t bytes = 32);

}  // namespace sluice::auth
