#include "auth/sessions.h"

#include <algorithm>

#include "auth/digest.h"
#include "auth/jwt_verifier.h"
#include "auth/password.h"

namespace sluice::auth {
namespace {

// What is signed for sessions is no token of anybody else's, and the other way round.
constexpr std::string_view purpose = "sluice session 1";

SigningKey key_of(const UserOptions& user) {
  return {Algorithm::hs256, hmac_sha256(user.password, std::string(purpose) + '\0' + user.name), ""};
}

}  // namespace

Sessions::Sessions(std::vector<UserOptions> users) : users_(std::move(users)) {
  // As slow as the slowest of them is not known; as the first of them is.
  nobodys_hash_ = users_.empty() ? "" : users_.front().password;
}

const UserOptions* Sessions::find(std::string_view name) const {
  const auto found = std::ranges::find(users_, name, [](const auto& user) -> std::string_view { return user.name; });
  return found == users_.end() ? nullptr : &*found;
}

bool Sessions::password_is(const std::string& user, const std::string& password) const {
  const auto* known = find(user);
  const bool holds = password_holds(password, known != nullptr ? known->password : nobodys_hash_);
  return known != nullptr && holds;
}

Expected<std::string> Sessions::begin(const std::string& user, Timestamp now) const {
  const auto* known = find(user);
  if (known == nullptr) return unexpected("there is no such user");
  return sign(Value::object({{"sub", user}, {"exp", to_ms(now + lasting) / 1000}}), key_of(*known));
}

Expected<Principal> Sessions::verify(std::string_view token, Timestamp now) const {
  const auto read = Jwt::read(token);
  const auto* subject = read ? read->payload.find("sub") : nullptr;
  const auto* user = subject != nullptr && subject->is_text() ? find(subject->as_text()) : nullptr;
  if (user == nullptr || !read->signed_by(key_of(*user))) return unexpected("the session is not known: log in again");
  const auto until = check_times(read->payload, now, milliseconds(0));
  if (!until) return unexpected("the session has expired: log in again");
  return Principal{"user:" + user->name, user->roles, user->claims, *until};
}

}  // namespace sluice::auth
