#include "auth/password.h"

#include <crypt.h>

#include <array>
#include <cstdlib>
#include <memory>

#include "auth/digest.h"

namespace sluice::auth {
namespace {

// yescrypt's parameters as Debian's own passwords have them.
constexpr unsigned long usual_cost = 5;

// "" for what crypt(3) refuses: its own answer begins with '*' then.
std::string crypted(const std::string& password, const std::string& setting) {
  const auto room = std::make_unique<crypt_data>();
  const char* text = crypt_r(password.c_str(), setting.c_str(), room.get());
  return text == nullptr || *text == '*' ? std::string() : std::string(text);
}

}  // namespace

std::string hash_password(const std::string& password) {
  std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
  if (crypt_gensalt_rn("$y$", usual_cost, nullptr, 0, setting.data(), static_cast<int>(setting.size())) == nullptr) {
    std::abort();
  }
  return crypted(password, setting.data());
}

bool password_holds(const std::string& password, const std::string& hash) {
  // crypt(3) stops at a NUL: two passwords would be one.
  if (password.find('\0') != std::string::npos) return false;
  const auto made = crypted(password, hash);
  return !made.empty() && equal(made, hash);
}

bool is_password_hash(const std::string& text) {
  const bool known = text.starts_with("$y$") || text.starts_with("$2b$") || text.starts_with("$6$");
  // A hash has a part after its salt; the setting alone is no hash.
  return known && crypt_checksalt(text.c_str()) == CRYPT_SALT_OK && text.size() - text.rfind('$') > 40;
}

}  // namespace sluice::auth
