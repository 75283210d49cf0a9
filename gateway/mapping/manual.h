#pragma once

#include <string_view>

namespace sluice::mapping {

/// What the reference page says of a step or codec. It stands in the same file as the code.
struct Manual {
  std::string_view form;     // how it is written, on one line
  std::string_view text;     // what it does, in Markdown
  std::string_view example;  // a mapping file with tests, which a test runs
};

}  // namespace sluice::mapping
