#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::recording {

/// "1 line", "2 lines", "2 publishes": for notes.
std::string counted(std::uint64_t count, std::string_view what);

}  // namespace sluice::recording
