#include "auth/static_tokens.h"

#include "auth/digest.h"

namespace sluice::auth {
namespace {

constexpr std::string_view prefix = "sha256:";
constexpr std::size_t digits = 64;

}  // namespace

std::string hash_token(std::string_view token) {
  return std::string(prefix) + hex(sha256(token));
}

bool is_token_hash(std::string_view text) {
  return text.starts_with(prefix) && text.size() == prefix.size() + digits &&
         text.find_first_not_of("0123456789abcdef", prefix.size()) == std::string_view::npos;
}

const TokenOptions* StaticTokens::find(std::string_view token) const {
  const auto hash = hash_token(token);
  const TokenOptions* found = nullptr;
  for (const auto& one : tokens_) {
    if (equal(one.hash, hash)) found = &one;
  }
  return found;
}

}  // namespace sluice::auth
