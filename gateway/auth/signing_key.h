#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/expected.h"

namespace sluice::auth {

/// The signatures of JSON Web Tokens that exist here (RFC 7518 3.1).
enum class Algorithm : std::uint8_t { hs256, rs256, es256 };

/// "HS256"
std::string_view word(Algorithm algorithm);
/// Error: it is none of the three, and which they are; written exactly so.
Expected<Algorithm> parse_algorithm(std::string_view text);

/// A key that fits one algorithm and no other: it says which, not the token that it is used on. That a public key is
/// never taken for a shared secret (RFC 8725 2.1) rests on it.
///
/// Threads: like a text.
struct SigningKey {
  Algorithm algorithm = Algorithm::hs256;
  std::string bytes;  // the secret itself, or PEM
  std::string kid;    // RFC 7515 4.1.4; "" for none
};

/// The secret of HS256. Error: shorter than 32 bytes (RFC 7518 3.2), or a PEM file.
Expected<SigningKey> secret_key(std::string bytes);
/// The public half of RS256 or ES256, by what the PEM holds. Error: a private key, RSA below 2048 bits (RFC 7518 3.3),
/// a curve that is not P-256, no PEM.
Expected<SigningKey> public_key(std::string pem);
/// The private half, for who signs. Error: as above.
Expected<SigningKey> private_key(std::string pem);

/// True for what public_key() and private_key() are to read.
bool is_pem(std::string_view text);

}  // namespace sluice::auth
