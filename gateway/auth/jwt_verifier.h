#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "auth/access_options.h"
#include "auth/jwt.h"
#include "auth/principal.h"
#include "base/clock.h"
#include "base/expected.h"

namespace sluice::auth {

/// Turns a JSON Web Token into a principal, or says why not.
///
/// Checked, in this order: the algorithm is configured; the signature, by a key of that algorithm and, where both have
/// one, of that `kid`; `exp` (required), `nbf`, each with a minute's leeway; `iss` and `aud`, where configured.
///
/// Threads: any (immutable).
class JwtVerifier {
 public:
  static constexpr milliseconds leeway{60'000};

  /// Reads the keys. Error: each that cannot be read or does not fit, at its place in the configuration; an algorithm
  /// without a key, a key without its algorithm.
  static Expected<JwtVerifier, Errors> open(const JwtOptions& options);

  /// Error: a sentence for the client; it quotes nothing of the token.
  Expected<Principal> verify(const Jwt& token, Timestamp now) const;

 private:
  bool signature_holds(const Jwt& token) const;

  JwtOptions options_;
  std::vector<SigningKey> keys_;
};

/// The key in that file. Error: as secret_key() and public_key(), or the file cannot be read.
Expected<SigningKey> read_key(const KeyFile& file);
/// What is left of an open file, less the line break at its end. Error: it cannot be read, or is above 64 KiB.
Expected<std::string> read_secret(std::FILE& file, const std::string& name);
/// The same of a file by its path.
Expected<std::string> read_secret_file(const std::string& path);

/// The times of a token, checked; the time when it ends, leeway included. Error: it is too old, too young, or has no
/// `exp`.
Expected<Timestamp> check_times(const Value& claims, Timestamp now, milliseconds leeway);

}  // namespace sluice::auth
