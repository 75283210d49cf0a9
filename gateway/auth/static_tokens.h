#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auth/access_options.h"
#include "auth/principal.h"

namespace sluice::auth {

/// The tokens that are listed by their digest: of a random token SHA-256 is enough, there is nothing to guess.
///
/// Threads: any (immutable).
class StaticTokens {
 public:
  explicit StaticTokens(std::vector<TokenOptions> tokens) : tokens_(std::move(tokens)) {}

  /// Null when it is none of them. Compares with each, in the same time wherever they differ.
  const TokenOptions* find(std::string_view token) const;
  static Principal principal(const TokenOptions& token) {
    return {"token:" + token.name, token.roles, token.claims, std::nullopt};
  }

 private:
  std::vector<TokenOptions> tokens_;
};

/// "sha256:<64 hexadecimal digits>": what the configuration holds.
std::string hash_token(std::string_view token);
bool is_token_hash(std::string_view text);

}  // namespace sluice::auth
