#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

/// The name among `names` nearest to `wrong` (by edit distance, at most a third of its length); nullopt when none is
/// near.
std::optional<std::string> nearest(std::string_view wrong, std::span<const std::string> names);

/// " - did you mean 'x'?" for the nearest of `names`, or "".
std::string did_you_mean(std::string_view wrong, std::span<const std::string> names);

bool is_utf8(std::string_view bytes);
/// Bytes of the UTF-8 character that `bytes` starts with; 0 when it starts with none.
std::size_t utf8_length(std::string_view bytes);

/// `text` with everything that is no printable ASCII or UTF-8 escaped (\n, \x00), cut to `max_bytes` with "..." after:
/// safe in a log line.
std::string excerpt(std::string_view text, std::size_t max_bytes = 120);

std::vector<std::string_view> split(std::string_view text, char separator);
/// Without spaces and tabs around it.
std::string_view trim(std::string_view text);

/// The decimal integer that `text` is as a whole (`-?(0|[1-9][0-9]*)`, 64 bits); nullopt for anything else (`007`,
/// `+1`, `1.0`).
std::optional<std::int64_t> parse_int(std::string_view text);
/// The JSON number that `text` is as a whole (`21.5`, `-1e3`); nullopt for anything else (`.5`, `nan`) and for one
/// beyond a double.
std::optional<double> parse_number(std::string_view text);

}  // namespace sluice
