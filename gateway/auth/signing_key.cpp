#include "auth/signing_key.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <memory>
#include <optional>

#include "base/text.h"

namespace sluice::auth {
namespace {

constexpr std::size_t least_secret_bytes = 32;
constexpr int least_rsa_bits = 2048;

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Bio = std::unique_ptr<BIO, Free>;
using Key = std::unique_ptr<EVP_PKEY, Free>;

Bio reading(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// A key file with a password is refused instead of asking for one on the terminal.
int no_password(char*, int, int, void*) {
  return 0;
}

Expected<Algorithm> algorithm_of(const EVP_PKEY& key) {
  const int kind = EVP_PKEY_get_base_id(&key);
  if (kind == EVP_PKEY_RSA) {
    const int bits = EVP_PKEY_get_bits(&key);
    if (bits >= least_rsa_bits) return Algorithm::rs256;
    return unexpected("the RSA key has " + std::to_string(bits) + " bits: at least " + std::to_string(least_rsa_bits) +
                      " expected");
  }
  if (kind == EVP_PKEY_EC) {
    std::array<char, 64> curve{};
    std::size_t length = 0;
    if (EVP_PKEY_get_group_name(&key, curve.data(), curve.size(), &length) == 1 &&
        std::string_view(curve.data(), length) == "prime256v1") {
      return Algorithm::es256;
    }
    return unexpected("the curve of the key is '" + excerpt({curve.data(), length}) + "': P-256 expected");
  }
  return unexpected("the key is neither RSA nor EC");
}

Expected<SigningKey> fitting(const Key& key, std::string pem, const char* what) {
  if (!key) return unexpected(std::string("holds no ") + what + " key in PEM");
  const auto algorithm = algorithm_of(*key);
  if (!algorithm) return tl::unexpected(algorithm.error());
  return SigningKey{*algorithm, std::move(pem), ""};
}

}  // namespace

std::string_view word(Algorithm algorithm) {
  constexpr std::array<std::string_view, 3> words{"HS256", "RS256", "ES256"};
  return words[static_cast<std::size_t>(algorithm)];
}

Expected<Algorithm> parse_algorithm(std::string_view text) {
  for (const auto algorithm : {Algorithm::hs256, Algorithm::rs256, Algorithm::es256}) {
    if (text == word(algorithm)) return algorithm;
  }
  return unexpected("algorithm '" + excerpt(text, 40) + "' is not one of HS256, RS256, ES256");
}

bool is_pem(std::string_view text) {
  return text.find("-----BEGIN ") != std::string_view::npos;
}

Expected<SigningKey> secret_key(std::string bytes) {
  if (is_pem(bytes)) return unexpected("is a PEM key: those belong to 'keys', a secret is random text");
  if (bytes.size() < least_secret_bytes) {
    return unexpected("holds " + std::to_string(bytes.size()) + " bytes: a secret of HS256 has at least " +
                      std::to_string(least_secret_bytes) + " (`sluice token secret` makes one)");
  }
  return SigningKey{Algorithm::hs256, std::move(bytes), ""};
}

Expected<SigningKey> public_key(std::string pem) {
  if (pem.find("PRIVATE KEY-----") != std::string::npos) {
    return unexpected("holds a private key: the gateway needs the public one only");
  }
  const Key key(PEM_read_bio_PUBKEY(reading(pem).get(), nullptr, no_password, nullptr));
  return fitting(key, std::move(pem), "public");
}

Expected<SigningKey> private_key(std::string pem) {
  const Key key(PEM_read_bio_PrivateKey(reading(pem).get(), nullptr, no_password, nullptr));
  return fitting(key, std::move(pem), "private");
}

}  // namespace sluice::auth
