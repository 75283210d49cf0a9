#include "app/content_type.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"

namespace sluice::app {

std::string media_type(std::string_view content_type) {
  std::string type(trim(content_type.substr(0, content_type.find(';'))));
  std::ranges::transform(type, type.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return type;
}

}  // namespace sluice::app
