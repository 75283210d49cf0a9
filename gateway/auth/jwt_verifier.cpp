#include "auth/jwt_verifier.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>

#include "base/text.h"

namespace sluice::auth {
namespace {

constexpr std::size_t most_key_bytes = std::size_t{64} << 10;
// RFC 7519 2: a NumericDate may have a fraction. Beyond the year 9999 no time is meant.
constexpr double last_second = 253402300799.0;

Expected<std::optional<Timestamp>> read_time(const Value& claims, std::string_view name) {
  const auto* value = claims.find(name);
  if (value == nullptr) return std::optional<Timestamp>();
  if (!value->is_number() || value->as_number() < 0 || value->as_number() > last_second) {
    return unexpected("the token's '" + std::string(name) + "' is no time");
  }
  return std::optional(at_ms(static_cast<std::int64_t>(std::floor(value->as_number() * 1000.0))));
}

bool names(const Value* value, std::string_view wanted) {
  if (value == nullptr) return false;
  if (value->is_text()) return value->as_text() == wanted;
  if (!value->is_list()) return false;
  return std::ranges::any_of(value->as_list(), [&](const Value& one) { return names(&one, wanted) && one.is_text(); });
}

/// The claim of that name; `a.b` is b in a where no claim is called `a.b`.
const Value* claim(const Value& claims, std::string_view path) {
  if (const auto* found = claims.find(path)) return found;
  const auto* at = &claims;
  for (const auto part : split(path, '.')) {
    at = at == nullptr ? nullptr : at->find(part);
  }
  return at;
}

std::vector<std::string> texts(const Value* value) {
  std::vector<std::string> all;
  if (value == nullptr) return all;
  if (value->is_text()) all.emplace_back(value->as_text());
  if (!value->is_list()) return all;
  for (const auto& one : value->as_list()) {
    if (one.is_text()) all.emplace_back(one.as_text());
  }
  return all;
}

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

Expected<std::string> read_secret(std::FILE& file, const std::string& name) {
  std::string text(most_key_bytes + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), &file));
  if (std::ferror(&file) != 0) return unexpected("'" + excerpt(name) + "' cannot be read: " + std::strerror(errno));
  if (text.size() > most_key_bytes) return unexpected("'" + excerpt(name) + "' is above 64 KiB");
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return text;
}

Expected<std::string> read_secret_file(const std::string& path) {
  const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rbe"));
  if (!file) return unexpected("'" + excerpt(path) + "' cannot be read: " + std::strerror(errno));
  return read_secret(*file, path);
}

Expected<SigningKey> read_key(const KeyFile& file) {
  auto text = read_secret_file(file.path);
  if (!text) return unexpected(file.where, text.error().message);
  auto key = file.secret ? secret_key(std::move(*text)) : public_key(std::move(*text));
  if (!key) return unexpected(file.where, "'" + excerpt(file.path) + "' " + key.error().message);
  key->kid = file.kid;
  return key;
}

Expected<Timestamp> check_times(const Value& claims, Timestamp now, milliseconds leeway) {
  const auto exp = read_time(claims, "exp");
  const auto nbf = read_time(claims, "nbf");
  if (!exp) return tl::unexpected(exp.error());
  if (!nbf) return tl::unexpected(nbf.error());
  if (!*exp) return unexpected("the token has no 'exp'");
  if (now >= **exp + leeway) return unexpected("the token has expired");
  if (*nbf && now + leeway < **nbf) return unexpected("the token is not valid yet");
  return **exp + leeway;
}

Expected<JwtVerifier, Errors> JwtVerifier::open(const JwtOptions& options) {
  JwtVerifier verifier;
  verifier.options_ = options;
  Errors errors;
  for (const auto& file : options.keys) {
    auto key = read_key(file);
    if (!key) {
      errors.push_back(key.error());
    } else if (std::ranges::find(options.algorithms, key->algorithm) == options.algorithms.end()) {
      errors.push_back({file.where, "the key fits " + std::string(word(key->algorithm)) +
                                        ", which access.jwt.algorithms does not list"});
    } else {
      verifier.keys_.push_back(std::move(*key));
    }
  }
  for (const auto algorithm : options.algorithms) {
    if (!errors.empty() || std::ranges::find(verifier.keys_, algorithm, &SigningKey::algorithm) != verifier.keys_.end())
      continue;
    errors.push_back(
        {"", "access.jwt.algorithms lists " + std::string(word(algorithm)) + ", for which there is no key"});
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return verifier;
}

bool JwtVerifier::signature_holds(const Jwt& token) const {
  const auto kid = token.kid();
  const bool known = !kid.empty() && std::ranges::find(keys_, kid, &SigningKey::kid) != keys_.end();
  return std::ranges::any_of(keys_, [&](const SigningKey& key) {
    // A key without a name fits any; a named one only who names it, or nobody.
    const bool may = known ? key.kid == kid : kid.empty() || key.kid.empty();
    return may && token.signed_by(key);
  });
}

Expected<Principal> JwtVerifier::verify(const Jwt& token, Timestamp now) const {
  if (std::ranges::find(options_.algorithms, token.algorithm) == options_.algorithms.end()) {
    return unexpected("the token's algorithm is not accepted");
  }
  if (!signature_holds(token)) return unexpected("the token's signature does not hold");
  const auto until = check_times(token.payload, now, leeway);
  if (!until) return tl::unexpected(until.error());
  const auto* issuer = token.payload.find("iss");
  if (!options_.issuer.empty() && (issuer == nullptr || !issuer->is_text() || issuer->as_text() != options_.issuer)) {
    return unexpected("the token is of another issuer");
  }
  if (!options_.audience.empty() && !names(token.payload.find("aud"), options_.audience)) {
    return unexpected("the token is for another audience");
  }
  const auto* subject = token.payload.find("sub");
  Principal principal;
  principal.name = "jwt:" + (subject != nullptr && subject->is_text() ? std::string(subject->as_text()) : "");
  principal.roles = texts(claim(token.payload, options_.role_claim));
  principal.claims = token.payload;
  principal.until = *until;
  return principal;
}

}  // namespace sluice::auth
