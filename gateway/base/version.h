#pragma once

namespace sluice {

/// The gateway's version, as in CMakeLists.txt.
inline constexpr const char* version = SLUICE_VERSION;

}  // namespace sluice
