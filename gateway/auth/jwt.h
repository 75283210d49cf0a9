#pragma once

#include <string>
#include <string_view>

#include "auth/signing_key.h"
#include "base/expected.h"
#include "base/value.h"

namespace sluice::auth {

/// A JSON Web Token in its compact form (RFC 7519, RFC 7515 7.1), read but not believed: nothing of it counts before
/// signed_by() said true.
///
/// The three parts are read here, strictly; libjwt checks and makes signatures only. It would take the algorithm that
/// the token names, in any case of letters, with whatever key it is given; so the algorithm is the key's, and libjwt's
/// reading of the header must agree.
struct Jwt {
  std::string text;
  Value header;   // an object
  Value payload;  // an object
  Algorithm algorithm = Algorithm::hs256;

  static constexpr std::size_t most_bytes = 8192;

  /// Error: not three parts of base64url JSON objects, too long, an algorithm that is not one of ours (`none` is not),
  /// critical extensions (RFC 7515 4.1.11: none is understood). The sentence quotes nothing of the token.
  static Expected<Jwt> read(std::string_view text);

  std::string_view kid() const;  // "" for none
  /// True when this key, of this token's algorithm, made its signature.
  bool signed_by(const SigningKey& key) const;
};

/// The token of those claims (an object). Error: what libjwt or the key refuses.
Expected<std::string> sign(const Value& claims, const SigningKey& key);

}  // namespace sluice::auth
