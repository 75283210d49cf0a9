#include <fmt/chrono.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "auth/digest.h"
#include "auth/jwt.h"
#include "auth/jwt_verifier.h"
#include "auth/password.h"
#include "auth/static_tokens.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "base/units.h"
#include "cli/cli.h"
#include "cli/command_line.h"

namespace sluice::cli {
namespace {

// What a command line says stands in `ps` and in a shell's history: secrets come from files or standard input only.

constexpr std::size_t least_password = 8;

int fail(int code, const std::string& text) {
  std::fprintf(stderr, "sluice token: %s\n", text.c_str());
  return code;
}

/// The file's content, or standard input where none is named; less the line break at its end.
Expected<std::string> secret_from(const std::string& file, const char* what) {
  if (file.empty() && isatty(STDIN_FILENO) == 1) std::fprintf(stderr, "%s: ", what);
  return file.empty() ? auth::read_secret(*stdin, "standard input") : auth::read_secret_file(file);
}

int make_secret() {
  std::printf("%s\n", auth::random_token(48).c_str());
  return exit_ok;
}

int hash_static(const std::string& file) {
  const auto token = secret_from(file, "token");
  if (!token) return fail(exit_no_input, token.error().message);
  if (token->size() < auth::random_token(16).size()) {
    return fail(exit_usage, "a static token has 22 characters or more: `sluice token secret` makes one");
  }
  std::printf("%s\n", auth::hash_token(*token).c_str());
  return exit_ok;
}

int hash_a_password(const std::string& file) {
  const auto password = secret_from(file, "password");
  if (!password) return fail(exit_no_input, password.error().message);
  if (password->size() < least_password) return fail(exit_usage, "a password has 8 bytes or more");
  const auto hash = auth::hash_password(*password);
  if (hash.empty()) return fail(exit_usage, "this password cannot be hashed");
  std::printf("%s\n", hash.c_str());
  return exit_ok;
}

struct Making {
  std::string key;
  std::string kid;
  std::string subject;
  std::vector<std::string> roles;
  std::string role_claim = "role";
  std::vector<std::string> claims;
  std::string issuer;
  std::string audience;
  std::string lasting = "1h";
};

Expected<auth::SigningKey> read_signing_key(const std::string& file) {
  auto text = auth::read_secret_file(file);
  if (!text) return tl::unexpected(text.error());
  auto key = auth::is_pem(*text) ? auth::private_key(std::move(*text)) : auth::secret_key(std::move(*text));
  if (!key) return unexpected("'" + file + "' " + key.error().message);
  return key;
}

int make(const Making& wish) {
  auto key = read_signing_key(wish.key);
  if (!key) return fail(exit_no_input, key.error().message);
  const auto lasting = parse_duration(wish.lasting);
  if (!lasting) return fail(exit_usage, "--expires: " + lasting.error().message);
  const auto now_s = to_ms(SystemClock().now()) / 1000;
  auto claims = Value::object();
  if (!wish.subject.empty()) claims.set("sub", wish.subject);
  if (!wish.issuer.empty()) claims.set("iss", wish.issuer);
  if (!wish.audience.empty()) claims.set("aud", wish.audience);
  for (const auto& claim : wish.claims) {
    const auto equals = claim.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return fail(exit_usage, "--claim: '" + excerpt(claim, 60) + "' is no NAME=VALUE");
    }
    const auto text = claim.substr(equals + 1);
    const auto json = parse_json(text);
    claims.set(claim.substr(0, equals), json ? *json : Value(text));
  }
  if (!wish.roles.empty()) claims.set(wish.role_claim, Value::List(wish.roles.begin(), wish.roles.end()));
  claims.set("iat", now_s);
  claims.set("exp", now_s + lasting->count() / 1000);
  key->kid = wish.kid;
  const auto token = auth::sign(claims, *key);
  if (!token) return fail(exit_failed, token.error().message);
  std::printf("%s\n", token->c_str());
  return exit_ok;
}

struct Inspecting {
  std::string token;
  std::string key;
};

std::string time_of(const Value& claims, const char* name) {
  const auto* value = claims.find(name);
  if (value == nullptr || !value->is_number()) return "";
  const auto seconds = value->as_number();
  if (seconds < 0 || seconds > 253402300799.0) return std::string(name) + ": no time\n";
  return fmt::format("{}: {:%Y-%m-%dT%H:%M:%SZ}\n", name, fmt::gmtime(static_cast<std::time_t>(seconds)));
}

int inspect(const Inspecting& wish) {
  const auto text = secret_from(wish.token, "token");
  if (!text) return fail(exit_no_input, text.error().message);
  const auto token = auth::Jwt::read(*text);
  if (!token) return fail(exit_failed, token.error().message);
  std::string out = "header: " + to_json(token->header) + "\npayload: " + to_json(token->payload) + "\n";
  for (const auto* name : {"iat", "nbf", "exp"}) out += time_of(token->payload, name);
  int result = exit_ok;
  const auto times = auth::check_times(token->payload, SystemClock().now(), auth::JwtVerifier::leeway);
  out += "times: " + (times ? std::string("ok") : times.error().message) + "\n";
  if (!times) result = exit_failed;
  if (wish.key.empty()) {
    out += "signature: not looked at (--key FILE)\n";
  } else {
    auto bytes = auth::read_secret_file(wish.key);
    if (!bytes) return fail(exit_no_input, bytes.error().message);
    const auto key = auth::is_pem(*bytes) ? auth::public_key(std::move(*bytes)) : auth::secret_key(std::move(*bytes));
    if (!key) return fail(exit_no_input, "'" + wish.key + "' " + key.error().message);
    const bool holds = token->signed_by(*key);
    out += std::string("signature: ") + (holds ? "holds\n" : "does not hold\n");
    if (!holds) result = exit_failed;
  }
  std::fputs(out.c_str(), stdout);
  return result;
}

template <class Run>
CLI::App* sub(CLI::App& parent, const char* name, const char* help, Chosen& chosen, Run run) {
  auto* command = parent.add_subcommand(name, help);
  command->callback([run, &chosen] { chosen = run; });
  return command;
}

}  // namespace

void add_token(CLI::App& app, Chosen& chosen) {
  auto* command = app.add_subcommand("token", "Make and inspect tokens, hash passwords. Secrets: from files or stdin.");
  command->require_subcommand(1);
  sub(*command, "secret", "Print new random text: a secret for HS256, or a static token.", chosen, make_secret);

  const auto file = std::make_shared<std::string>();
  sub(*command, "hash", "Print the hash of a static token.", chosen, [file] {
    return hash_static(*file);
  })->add_option("file", *file, "Holds the token; default: standard input");
  sub(*command, "password", "Print the hash of a user's password.", chosen, [file] {
    return hash_a_password(*file);
  })->add_option("file", *file, "Holds the password; default: standard input");

  const auto making = std::make_shared<Making>();
  auto* made = sub(*command, "make", "Print a JSON Web Token.", chosen, [making] { return make(*making); });
  made->add_option("--key", making->key, "A file with the secret, or the private key in PEM")->required();
  made->add_option("--kid", making->kid, "Which of the gateway's keys it is");
  made->add_option("--sub", making->subject, "Whom the token names");
  made->add_option("--role", making->roles, "A role; may be given again");
  made->add_option("--role-claim", making->role_claim, "Where roles stand")->capture_default_str();
  made->add_option("--claim", making->claims, "NAME=VALUE, the value JSON or a text; may be given again");
  made->add_option("--iss", making->issuer, "The issuer");
  made->add_option("--aud", making->audience, "The audience");
  made->add_option("--expires", making->lasting, "How long it lasts")->capture_default_str();

  const auto inspecting = std::make_shared<Inspecting>();
  auto* shown = sub(*command, "inspect", "Show what a JSON Web Token says, and whether it holds.", chosen,
                    [inspecting] { return inspect(*inspecting); });
  shown->add_option("file", inspecting->token, "Holds the token; default: standard input");
  shown->add_option("--key", inspecting->key, "A file with the secret, or the public key in PEM");
}

}  // namespace sluice::cli
