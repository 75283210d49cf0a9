#include "auth/gate.h"

#include <cctype>

#include "auth/jwt_verifier.h"
#include "auth/roles.h"
#include "auth/sessions.h"
#include "auth/static_tokens.h"
#include "base/text.h"

namespace sluice::auth {
namespace {

Denial bad(std::string message) {
  return {401, std::move(message), "invalid_token", 0};
}

/// The token of `Bearer <token>`; the scheme in any case of letters (RFC 9110 11.1).
std::optional<std::string_view> bearer_token(std::string_view header) {
  constexpr std::string_view scheme = "bearer ";
  if (header.size() <= scheme.size()) return std::nullopt;
  for (std::size_t i = 0; i < scheme.size(); ++i) {
    if (std::tolower(static_cast<unsigned char>(header[i])) != scheme[i]) return std::nullopt;
  }
  return trim(header.substr(scheme.size()));
}

}  // namespace

struct Gate::Keys {
  AccessOptions options;
  std::optional<JwtVerifier> jwt;
  StaticTokens tokens;
  Sessions sessions;
  Roles roles;
};

struct Gate::Counts {
  explicit Counts(metrics::Registry& registry)
      : registry_(registry),
        admitted(of("admitted")),
        missing(of("missing")),
        refused(of("refused")),
        forbidden(of("forbidden")),
        logins(login("accepted")),
        bad_logins(login("refused")),
        limited_logins(login("limited")) {}
  metrics::Counter& of(std::string result) {
    return registry_.counter("sluice_access_total", "Requests that needed a role.", {{"result", std::move(result)}});
  }
  metrics::Counter& login(std::string result) {
    return registry_.counter("sluice_logins_total", "Passwords tried at /login.", {{"result", std::move(result)}});
  }

  metrics::Registry& registry_;
  metrics::Counter& admitted;
  metrics::Counter& missing;
  metrics::Counter& refused;
  metrics::Counter& forbidden;
  metrics::Counter& logins;
  metrics::Counter& bad_logins;
  metrics::Counter& limited_logins;
};

Gate::Gate(const Clock& clock, metrics::Registry& registry)
    : clock_(clock), counts_(std::make_unique<Counts>(registry)) {}
Gate::~Gate() = default;

Expected<std::unique_ptr<Gate>, Errors> Gate::open(AccessOptions options, const Clock& clock,
                                                   metrics::Registry& registry) {
  auto keys = read(std::move(options));
  if (!keys) return tl::unexpected(keys.error());
  std::unique_ptr<Gate> gate(new Gate(clock, registry));
  gate->keys_ = std::move(*keys);
  return gate;
}

Expected<std::shared_ptr<const Gate::Keys>, Errors> Gate::read(AccessOptions options) {
  std::optional<JwtVerifier> jwt;
  if (options.jwt) {
    auto opened = JwtVerifier::open(*options.jwt);
    if (!opened) return tl::unexpected(opened.error());
    jwt = std::move(*opened);
  }
  auto keys =
      Keys{options, std::move(jwt), StaticTokens(options.tokens), Sessions(options.users), Roles(options.roles)};
  return std::make_shared<const Keys>(std::move(keys));
}

Expected<void, Errors> Gate::reload(AccessOptions options) {
  auto keys = read(std::move(options));
  if (!keys) return tl::unexpected(keys.error());
  tickets_.forget_all();
  const std::lock_guard lock(mutex_);
  keys_ = std::move(*keys);
  return {};
}

Expected<void, Errors> Gate::reload() {
  return reload(keys()->options);
}

std::shared_ptr<const Gate::Keys> Gate::keys() const {
  const std::lock_guard lock(mutex_);
  return keys_;
}

bool Gate::any() const {
  return keys()->options.any();
}

Expected<Principal, Denial> Gate::check_bearer(const Keys& keys, std::string_view token) const {
  if (const auto* found = keys.tokens.find(token)) return StaticTokens::principal(*found);
  if (!keys.jwt) return tl::unexpected(bad("the token is not known"));
  const auto jwt = Jwt::read(token);
  if (!jwt) return tl::unexpected(bad(jwt.error().message));
  auto principal = keys.jwt->verify(*jwt, clock_.now());
  if (!principal) return tl::unexpected(bad(principal.error().message));
  return std::move(*principal);
}

Expected<Principal, Denial> Gate::check(const Keys& keys, const Credentials& credentials) {
  if (credentials.none()) {
    counts_->missing.add();
    return tl::unexpected(Denial{401, "credentials are needed: a bearer token, a login or a ticket", "", 0});
  }
  if (!credentials.authorization.empty()) {
    const auto token = bearer_token(credentials.authorization);
    if (!token) return tl::unexpected(bad("the Authorization header is no 'Bearer <token>'"));
    return check_bearer(keys, *token);
  }
  if (!credentials.ticket.empty()) {
    if (auto principal = tickets_.redeem(credentials.ticket, credentials.address, clock_.now())) return *principal;
    return tl::unexpected(bad("the ticket is not known here: one serves once, within 30 s, from one address"));
  }
  if (!credentials.url_token.empty()) {
    if (keys.options.url_tokens) return check_bearer(keys, credentials.url_token);
    return tl::unexpected(bad("tokens in the address are not taken: ask for a ticket at /ticket"));
  }
  auto principal = keys.sessions.verify(credentials.session, clock_.now());
  if (!principal) return tl::unexpected(bad(principal.error().message));
  return std::move(*principal);
}

Expected<Principal, Denial> Gate::identify(const Credentials& credentials) {
  auto principal = check(*keys(), credentials);
  if (!principal && !credentials.none()) counts_->refused.add();
  return principal;
}

Expected<Admission, Denial> Gate::admit(const Credentials& credentials, const std::vector<std::string>& roles) {
  auto principal = identify(credentials);
  if (!principal) return tl::unexpected(principal.error());
  return grant(std::move(*principal), roles);
}

Expected<Admission, Denial> Gate::grant(Principal principal, const std::vector<std::string>& roles) {
  auto binding = keys()->roles.grant(principal, roles);
  if (!binding) {
    counts_->forbidden.add();
    return tl::unexpected(binding.error());
  }
  counts_->admitted.add();
  return Admission{std::move(principal), std::move(*binding)};
}

Expected<std::string, Denial> Gate::ticket(const Credentials& credentials) {
  auto principal = identify(credentials);
  if (!principal) return tl::unexpected(principal.error());
  principal->claims = keys()->roles.needed(principal->claims);
  if (auto ticket = tickets_.issue(std::move(*principal), credentials.address, clock_.now())) return *ticket;
  return tl::unexpected(Denial{503, "too many tickets are open", "", 2});
}

Expected<std::string, Denial> Gate::login(const std::string& user, const std::string& password,
                                          std::string_view address) {
  if (const auto wait = limit_.take(address, user, clock_.now()); wait > milliseconds(0)) {
    counts_->limited_logins.add();
    const auto seconds = static_cast<int>((wait.count() + 999) / 1000);
    return tl::unexpected(Denial{429, "too many passwords were tried", "", seconds});
  }
  const auto keys = this->keys();
  if (!keys->sessions.password_is(user, password)) {
    counts_->bad_logins.add();
    return tl::unexpected(Denial{401, "the user or the password is wrong", "", 0});
  }
  limit_.give_back(address, user, clock_.now());
  counts_->logins.add();
  auto token = keys->sessions.begin(user, clock_.now());
  if (!token) return tl::unexpected(Denial{401, token.error().message, "", 0});
  return *token;
}

}  // namespace sluice::auth
