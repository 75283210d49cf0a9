#pragma once

#include <string>
#include <string_view>

namespace sluice::recording {

/// Appends `bytes` in base64 with padding (RFC 4648 4).
void write_base64(std::string_view bytes, std::string& out);

/// Puts the bytes that `text` stands for into `out`, over what that held; false for padding or characters that are
/// out of place and an impossible length. Bits left over must be zero.
bool read_base64(std::string_view text, std::string& out);

}  // namespace sluice::recording
