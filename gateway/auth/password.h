#pragma once

#include <string>
#include <string_view>

namespace sluice::auth {

// Password hashes, by crypt(3) of libcrypt: the format of /etc/shadow, which other tools make and check too. yescrypt
// (`$y$`) is made, as Debian does: it is hard on memory and kept by the distribution; `$2b$` and `$6$` are understood.

/// The hash of a password, with a salt of its own.
std::string hash_password(const std::string& password);

/// True when the hash is of this password. Takes 10 to 100 ms and some megabytes, on purpose: never on a shard's
/// thread.
bool password_holds(const std::string& password, const std::string& hash);

/// True for `$y$...`, `$2b$...` and `$6$...`, whole.
bool is_password_hash(const std::string& text);

}  // namespace sluice::auth
