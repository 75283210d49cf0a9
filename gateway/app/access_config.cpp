#include "app/access_config.h"

#include <algorithm>
#include <filesystem>

#include "auth/password.h"
#include "auth/static_tokens.h"
#include "base/text.h"
#include "http/browser_rules.h"
#include "http/trusted_proxies.h"

namespace sluice::app {
namespace {

ConfigSection::Check error_of(Expected<void> (*check)(std::string_view)) {
  return [check](const std::string& text) {
    const auto checked = check(text);
    return checked ? std::nullopt : std::optional(checked.error());
  };
}

std::string where(const std::string& file, const YamlNode& at) {
  return file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

/// What names the keys of JSON Web Tokens: files.
class KeyReader {
 public:
  KeyReader(ConfigSection& section, const std::string& folder, auth::JwtOptions& jwt)
      : section_(section), folder_(folder), jwt_(jwt) {}

  // A secret stands in a file, never in the configuration, the environment or a command line, all of which others read.
  void secrets() {
    section_.written("secret", [&](const std::string& text, const YamlNode& at) {
      constexpr std::string_view begin = "${file:";
      if (!text.starts_with(begin) || text.find('}') != text.size() - 1) {
        return section_.fail_at(at, "a secret comes from a file: write \"${file:jwt.secret}\" here");
      }
      add(text.substr(begin.size(), text.size() - begin.size() - 1), true, at);
    });
  }
  void keys() {
    section_.written("keys", [&](const std::string& text, const YamlNode& at) { add(text, false, at); });
  }

 private:
  // `name=path` gives the key a `kid`.
  void add(const std::string& text, bool secret, const YamlNode& at) {
    const auto equals = text.find('=');
    const auto kid = equals == std::string::npos ? std::string() : text.substr(0, equals);
    const auto path = equals == std::string::npos ? text : text.substr(equals + 1);
    jwt_.keys.push_back({(std::filesystem::path(folder_) / path).string(), kid, secret, where(section_.file(), at)});
  }

  ConfigSection& section_;
  const std::string& folder_;
  auth::JwtOptions& jwt_;
};

void read_jwt(ConfigSection section, const std::string& folder, auth::AccessOptions& access) {
  if (!section.is_there()) return;
  auto& jwt = access.jwt.emplace();
  std::vector<std::string> algorithms;
  section.texts("algorithms", algorithms, [&](const std::string& text) -> std::optional<Error> {
    const auto algorithm = auth::parse_algorithm(text);
    if (!algorithm) return algorithm.error();
    jwt.algorithms.push_back(*algorithm);
    return std::nullopt;
  });
  KeyReader keys(section, folder, jwt);
  keys.secrets();
  keys.keys();
  section.text("issuer", jwt.issuer);
  section.text("audience", jwt.audience);
  section.text("role_claim", jwt.role_claim);
  if (jwt.algorithms.empty()) section.fault("'access.jwt' needs 'algorithms': those of HS256, RS256, ES256 to take");
}

/// `claims: {site: a, desks: [d1, d2]}`
Value read_claims(ConfigSection section) {
  auto claims = Value::object();
  for (const auto& name : section.names()) {
    std::vector<std::string> texts;
    section.texts(name, texts);
    if (texts.size() == 1) {
      claims.set(name, texts.front());
    } else {
      claims.set(name, Value::List(texts.begin(), texts.end()));
    }
  }
  return claims;
}

void read_tokens(ConfigSection section, auth::AccessOptions& access) {
  for (const auto& name : section.names()) {
    auto entry = section.section(name);
    auth::TokenOptions token;
    token.name = name;
    entry.texts("role", token.roles);
    token.claims = read_claims(entry.section("claims"));
    entry.parsed("hash", [&](const std::string& text) -> std::optional<Error> {
      token.hash = text;
      if (auth::is_token_hash(text)) return std::nullopt;
      return Error{"", "a token's hash is sha256: and 64 hexadecimal digits: `sluice token hash` prints it"};
    });
    if (entry.is_there() && !entry.has("hash")) entry.fault("token '" + excerpt(name, 40) + "' needs a 'hash'");
    access.tokens.push_back(std::move(token));
  }
}

void read_users(ConfigSection section, auth::AccessOptions& access) {
  for (const auto& name : section.names()) {
    auto entry = section.section(name);
    auth::UserOptions user;
    user.name = name;
    entry.texts("role", user.roles);
    user.claims = read_claims(entry.section("claims"));
    entry.parsed("password", [&](const std::string& text) -> std::optional<Error> {
      user.password = text;
      if (auth::is_password_hash(text)) return std::nullopt;
      return Error{"", "a password is given as its hash, $y$..., $2b$... or $6$...: `sluice token password` prints it"};
    });
    if (entry.is_there() && !entry.has("password")) entry.fault("user '" + excerpt(name, 40) + "' needs a 'password'");
    access.users.push_back(std::move(user));
  }
}

void read_roles(ConfigSection section, auth::AccessOptions& access) {
  for (const auto& name : section.names()) {
    auto entry = section.section(name);
    auto bind = entry.section("bind");
    auth::RoleOptions role{name, {}};
    for (const auto& field : bind.names()) {
      std::string claim;
      bind.text(field, claim);
      role.bind.emplace_back(field, std::move(claim));
    }
    if (name == auth::admin && !role.bind.empty())
      entry.fault("the role 'admin' implies every role and is never bound");
    access.roles.push_back(std::move(role));
  }
}

}  // namespace

void read_access(ConfigSection section, const std::string& folder, auth::AccessOptions& access) {
  read_jwt(section.section("jwt"), folder, access);
  read_tokens(section.section("tokens"), access);
  read_users(section.section("users"), access);
  read_roles(section.section("roles"), access);
  section.flag("url_tokens", access.url_tokens);
}

void read_browsers(ConfigSection& top, http::ServerOptions& http) {
  auto& browsers = http.browsers;
  top.texts("hosts", browsers.hosts, error_of(&http::check_host_name));
  top.texts("trusted_proxies", http.trusted_proxies, [](const std::string& text) -> std::optional<Error> {
    const auto proxies = http::TrustedProxies::of({text});
    return proxies ? std::nullopt : std::optional(proxies.error());
  });
  auto cors = top.section("cors");
  cors.texts("origins", browsers.origins, error_of(&http::check_origin));
  cors.flag("credentials", browsers.credentials);
  const bool everyone = std::ranges::find(browsers.origins, "*") != browsers.origins.end();
  if (everyone && browsers.origins.size() > 1) cors.fault("'cors.origins' is either '*' or a list");
  if (everyone && browsers.credentials)
    cors.fault("'cors.credentials' and the origin '*' do not go together: list them");
}

}  // namespace sluice::app
