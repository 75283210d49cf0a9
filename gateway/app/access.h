#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/config.h"
#include "auth/gate.h"
#include "auth/login_desk.h"
#include "http/http_server.h"
#include "http/route.h"

namespace sluice::app {

/// Who may come in, put together: the gate, the desk where passwords are checked, and the door for admins.
///
/// Threads: the main thread.
class Access {
 public:
  /// `clock` and `registry` outlive it. Error: all that is wrong with keys.
  static Expected<std::unique_ptr<Access>, Errors> open(const Config& config, const Clock& clock,
                                                        metrics::Registry& registry);

  auth::Gate& gate() { return *gate_; }
  /// Adds /login, /logout and /ticket.
  void add_routes(http::Routes& routes);

  /// Serves `routes` at `admin.listen`, open to everyone who reaches it; does nothing where that is not set. Error: the
  /// address.
  Expected<void> open_admin_door(const Config& config, stream::Hub& hub, std::vector<http::PlainRoute> routes);
  std::string admin_url() const;  // "" for none
  /// Others from the next request on. From any thread.
  void set_admin_routes(std::vector<http::PlainRoute> routes);

  /// Takes what a new configuration says of access and reads all keys again; those who are connected by right are
  /// looked at anew. Error: everything stays as it was.
  Expected<void, Errors> reload(const Config& config, http::HttpServer& server);

  /// Answers the logins that wait, and ends the admin door.
  void stop();

 private:
  explicit Access(std::unique_ptr<auth::Gate> gate);

  std::unique_ptr<auth::Gate> gate_;
  std::unique_ptr<auth::LoginDesk> desk_;
  std::unique_ptr<http::HttpServer> admin_;
};

}  // namespace sluice::app
