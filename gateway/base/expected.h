#pragma once

#include <tl/expected.hpp>

#include "base/error.h"

namespace sluice {

/// A value, or what kept it from being one.
template <class T, class E = Error>
using Expected = tl::expected<T, E>;

/// An error without a place: `return unexpected("port 70000 is above 65535");`
inline tl::unexpected<Error> unexpected(std::string message) {
  return tl::unexpected<Error>({{}, std::move(message)});
}
inline tl::unexpected<Error> unexpected(std::string where, std::string message) {
  return tl::unexpected<Error>({std::move(where), std::move(message)});
}

}  // namespace sluice
