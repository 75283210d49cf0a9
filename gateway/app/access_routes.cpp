#include "app/access_routes.h"

#include "app/content_type.h"
#include "auth/sessions.h"
#include "auth/tickets.h"
#include "base/json.h"
#include "base/text.h"
#include "http/admission.h"
#include "http/request_target.h"

namespace sluice::app {
namespace {

struct Login {
  std::string user;
  std::string password;
};

Expected<Login, http::Response> read_json(const std::string& body) {
  const auto value = parse_json(body);
  const auto* user = value ? value->find("user") : nullptr;
  const auto* password = value ? value->find("password") : nullptr;
  if (user == nullptr || password == nullptr || !user->is_text() || !password->is_text()) {
    return tl::unexpected(http::problem(400, "the body is no JSON object with the texts 'user' and 'password'"));
  }
  return Login{std::string(user->as_text()), std::string(password->as_text())};
}

// application/x-www-form-urlencoded (WHATWG URL 5.1)
Expected<Login, http::Response> read_form(std::string_view body) {
  Login login;
  for (const auto pair : split(body, '&')) {
    const auto equals = std::min(pair.find('='), pair.size());
    std::string text(pair.substr(std::min(equals + 1, pair.size())));
    for (auto& c : text) c = c == '+' ? ' ' : c;
    auto value = http::percent_decode(text);
    if (!value) return tl::unexpected(http::problem(400, "the form cannot be read: " + value.error().message));
    if (pair.substr(0, equals) == "user")
      login.user = std::move(*value);
    else if (pair.substr(0, equals) == "password")
      login.password = std::move(*value);
  }
  if (login.user.empty()) return tl::unexpected(http::problem(400, "the form has no 'user' and 'password'"));
  return login;
}

// RFC 6265 4.1: out of reach of scripts, and of what other sites make a browser ask for.
std::string cookie(std::string_view token, milliseconds age, bool secure) {
  return std::string(http::session_cookie) + "=" + std::string(token) +
         "; Path=/; Max-Age=" + std::to_string(age.count() / 1000) + "; HttpOnly; SameSite=Strict" +
         (secure ? "; Secure" : "");
}

http::Response no_content() {
  http::Response response{204, "", "", {}, false};
  return response.with("Cache-Control", "no-store");
}

void log_in(auth::LoginDesk& desk, http::CommandRequest&& received, const http::Answer& answer) {
  const auto type = media_type(received.request.header("Content-Type"));
  Expected<Login, http::Response> login =
      tl::unexpected(http::problem(415, "send user and password as application/json or as a form"));
  if (type == "application/json") login = read_json(received.body);
  if (type == "application/x-www-form-urlencoded") login = read_form(received.body);
  if (!login) return answer(login.error());
  const bool secure = received.request.secure;
  desk.ask(std::move(login->user), std::move(login->password), received.request.address,
           [answer, secure](const auth::LoginDesk::Result& token) {
             if (!token) return answer(http::response_of(token.error()));
             answer(no_content().with("Set-Cookie", cookie(*token, auth::Sessions::lasting, secure)));
           });
}

http::Response log_out(const http::Request& request) {
  return no_content().with("Set-Cookie", cookie("", milliseconds(0), request.secure));
}

http::Response give_ticket(auth::Gate& gate, const http::Request& request) {
  const auto ticket = gate.ticket(http::credentials_of(request));
  if (!ticket) return http::response_of(ticket.error());
  const auto seconds = std::to_string(auth::Tickets::lasting.count() / 1000);
  auto response = http::json(200, R"({"ticket":")" + *ticket + R"(","expires_in":)" + seconds + "}");
  return response.with("Cache-Control", "no-store");
}

}  // namespace

void add_access_routes(auth::Gate& gate, auth::LoginDesk& desk, http::Routes& routes) {
  routes.commands.push_back({"/login", [&desk](http::CommandRequest&& received, const http::Answer& answer) {
                               log_in(desk, std::move(received), answer);
                             }});
  routes.plain.push_back({"POST", "/logout", log_out});
  routes.plain.push_back({"POST", "/ticket", [&gate](const http::Request& r) { return give_ticket(gate, r); }});
}

}  // namespace sluice::app
