#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/access_options.h"
#include "auth/denial.h"
#include "auth/login_limit.h"
#include "auth/principal.h"
#include "auth/tickets.h"
#include "base/clock.h"
#include "base/expected.h"
#include "base/key_binding.h"
#include "metrics/metrics.h"

namespace sluice::auth {

/// What a request brings along to be let in; "" for what it does not. At most one of them is looked at, the first that
/// is there: a bad one is refused, not passed over.
struct Credentials {
  std::string_view authorization{};  // the header
  std::string_view ticket{};         // `?ticket=`
  std::string_view url_token{};      // `?access_token=`
  std::string_view session{};        // the cookie's value
  std::string_view address{};        // the client's

  bool none() const { return authorization.empty() && ticket.empty() && url_token.empty() && session.empty(); }
};

/// Somebody let in: what he sees, and how long.
struct Admission {
  Principal principal;
  KeyBinding binding;
};

/// The door: who is it, and may he?
///
/// A principal is checked once, when a request comes; what follows from it (a binding, an end) goes with the
/// connection.
///
/// Threads: any.
class Gate {
 public:
  /// Reads the keys. `clock` outlives it; counts into `registry`. Error: everything wrong with keys and hashes, each at
  /// its place in the configuration.
  static Expected<std::unique_ptr<Gate>, Errors> open(AccessOptions options, const Clock& clock,
                                                      metrics::Registry& registry);
  ~Gate();

  /// Takes other options, reads all keys again and forgets open tickets. Who is connected stays so until the server
  /// looks at rights anew (http::HttpServer::recheck). Error: as open(); then everything stays as it was.
  Expected<void, Errors> reload(AccessOptions options);
  /// The same options: only the keys are read again.
  Expected<void, Errors> reload();

  /// Error: 401.
  Expected<Principal, Denial> identify(const Credentials& credentials);
  /// Who has one of these roles. Error: 401 or 403.
  Expected<Admission, Denial> admit(const Credentials& credentials, const std::vector<std::string>& roles);
  /// The same of somebody identified: credentials may serve once only. Error: 403.
  Expected<Admission, Denial> grant(Principal principal, const std::vector<std::string>& roles);

  /// A one-time ticket for the one who asks. Error: 401; 503 when too many are open.
  Expected<std::string, Denial> ticket(const Credentials& credentials);

  /// The token for a cookie. Slow (a password is checked): never on a shard's thread.
  ///
  /// Error: 401 for a wrong user or password, alike; 429 when too many were tried.
  Expected<std::string, Denial> login(const std::string& user, const std::string& password, std::string_view address);

  /// True when somebody can come in by credentials.
  bool any() const;

 private:
  struct Keys;  // all that a reload replaces
  struct Counts;
  Gate(const Clock& clock, metrics::Registry& registry);
  static Expected<std::shared_ptr<const Keys>, Errors> read(AccessOptions options);
  std::shared_ptr<const Keys> keys() const;
  Expected<Principal, Denial> check_bearer(const Keys& keys, std::string_view token) const;
  Expected<Principal, Denial> check(const Keys& keys, const Credentials& credentials);

  const Clock& clock_;
  std::unique_ptr<Counts> counts_;
  Tickets tickets_;
  LoginLimit limit_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Keys> keys_;
};

}  // namespace sluice::auth
