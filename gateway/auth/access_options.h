#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "auth/signing_key.h"
#include "base/value.h"

namespace sluice::auth {

/// Where a key of JSON Web Tokens is read from: a file, and nothing else.
struct KeyFile {
  std::string path;
  std::string kid;      // "" for none
  bool secret = false;  // of HS256, rather than a public key
  std::string where;    // file:line:column of the configuration, for errors
};

struct JwtOptions {
  std::vector<Algorithm> algorithms;  // those taken; no other, whatever a token says
  std::vector<KeyFile> keys{};
  std::string issuer{};    // "" : not looked at
  std::string audience{};  // "" : not looked at
  std::string role_claim = "role";
};

/// A static token, of which only the digest is known.
struct TokenOptions {
  std::string name;
  std::vector<std::string> roles;
  Value claims = Value::object();
  std::string hash;  // "sha256:<64 hexadecimal digits>"
};

struct UserOptions {
  std::string name;
  std::vector<std::string> roles;
  Value claims = Value::object();
  std::string password;  // as crypt(3) made it
};

/// A role that sees only some keys: pairs of an event's key field and the claim that it must equal.
struct RoleOptions {
  std::string name;
  std::vector<std::pair<std::string, std::string>> bind;
};

/// Who may come in (`access:` of the configuration). Holds no key and no password.
struct AccessOptions {
  std::optional<JwtOptions> jwt;
  std::vector<TokenOptions> tokens;
  std::vector<UserOptions> users;
  std::vector<RoleOptions> roles;
  bool url_tokens = false;  // `?access_token=` is taken like a bearer token

  /// True when somebody can come in by credentials.
  bool any() const { return jwt || !tokens.empty() || !users.empty(); }
};

}  // namespace sluice::auth
