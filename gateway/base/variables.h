#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/expected.h"

namespace sluice {

/// What `${NAME}` stands for; nullopt when nothing.
using Variables = std::function<std::optional<std::string>(const std::string& name)>;

/// The variables of the process environment.
Variables environment_variables();

/// The same, and `${file:path}`: the content of a file, relative to `folder`, less its last line break. Secrets come
/// so.
Variables configuration_variables(std::string folder);

/// `text` with `${VAR}` and `${VAR:-default}` filled in; `$$` is a dollar sign.
///
/// Error: "variable 'PORT' is not set: set it, or write ${PORT:-default}"; "'}' expected in '${PORT'".
Expected<std::string> expand_variables(std::string_view text, const Variables& variables);

}  // namespace sluice
