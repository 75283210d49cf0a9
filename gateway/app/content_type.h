#pragma once

#include <string>
#include <string_view>

namespace sluice::app {

/// The media type of a Content-Type in lower case, without parameters (RFC 9110 8.3.1): "application/json".
std::string media_type(std::string_view content_type);

}  // namespace sluice::app
