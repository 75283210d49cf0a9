#include "auth/jwt.h"

#include <jwt.h>

#include <cstdlib>
#include <memory>

#include "auth/base64url.h"
#include "base/json.h"
#include "base/text.h"

namespace sluice::auth {
namespace {

constexpr int most_depth = 16;

struct Free {
  void operator()(jwt_t* token) const { jwt_free(token); }
  void operator()(char* text) const { std::free(text); }  // NOLINT: libjwt's own
};
using Token = std::unique_ptr<jwt_t, Free>;

jwt_alg_t library_name(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::hs256:
      return JWT_ALG_HS256;
    case Algorithm::rs256:
      return JWT_ALG_RS256;
    case Algorithm::es256:
      return JWT_ALG_ES256;
  }
  return JWT_ALG_INVAL;
}

const unsigned char* raw(const std::string& bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

Expected<Value> read_part(std::string_view part, const char* name) {
  const auto bytes = from_base64url(part);
  if (!bytes) return unexpected(std::string("the token's ") + name + " is no base64url");
  auto value = parse_json(*bytes, most_depth);
  if (!value || !value->is_object()) return unexpected(std::string("the token's ") + name + " is no JSON object");
  return value;
}

}  // namespace

Expected<Jwt> Jwt::read(std::string_view text) {
  if (text.size() > most_bytes) {
    return unexpected("the token is longer than " + std::to_string(most_bytes) + " bytes");
  }
  const auto parts = split(text, '.');
  if (parts.size() != 3) return unexpected("the token has not the three parts of a JWT");
  auto header = read_part(parts[0], "header");
  if (!header) return tl::unexpected(header.error());
  auto payload = read_part(parts[1], "payload");
  if (!payload) return tl::unexpected(payload.error());
  if (parts[2].empty() || !from_base64url(parts[2])) return unexpected("the token's signature is no base64url");
  const auto* name = header->find("alg");
  const auto algorithm = parse_algorithm(name != nullptr && name->is_text() ? name->as_text() : "");
  if (!algorithm) return unexpected("the token's algorithm is not one of HS256, RS256, ES256");
  if (header->find("crit") != nullptr) return unexpected("the token has critical extensions that are not known here");
  return Jwt{std::string(text), std::move(*header), std::move(*payload), *algorithm};
}

std::string_view Jwt::kid() const {
  const auto* found = header.find("kid");
  return found != nullptr && found->is_text() ? found->as_text() : std::string_view();
}

bool Jwt::signed_by(const SigningKey& key) const {
  if (key.algorithm != algorithm || key.bytes.empty()) return false;
  jwt_t* made = nullptr;
  if (jwt_decode(&made, text.c_str(), raw(key.bytes), static_cast<int>(key.bytes.size())) != 0) return false;
  const Token token(made);
  return jwt_get_alg(token.get()) == library_name(algorithm);
}

Expected<std::string> sign(const Value& claims, const SigningKey& key) {
  jwt_t* made = nullptr;
  if (jwt_new(&made) != 0) return unexpected("no memory for a token");
  const Token token(made);
  const auto length = static_cast<int>(key.bytes.size());
  if (jwt_add_grants_json(token.get(), to_json(claims).c_str()) != 0)
    return unexpected("the claims are no JSON object");
  if (!key.kid.empty()) jwt_add_header(token.get(), "kid", key.kid.c_str());
  if (jwt_set_alg(token.get(), library_name(key.algorithm), raw(key.bytes), length) != 0) {
    return unexpected("the key does not fit " + std::string(word(key.algorithm)));
  }
  const std::unique_ptr<char, Free> text(jwt_encode_str(token.get()));
  if (!text) return unexpected("the key cannot sign " + std::string(word(key.algorithm)));
  return std::string(text.get());
}

}  // namespace sluice::auth
