#pragma once

#include <string>
#include <vector>

namespace sluice::message {

/// Those plain filters (with + and # only, at most 200 levels) that no other of them covers, in the order given: they
/// match what all of them match. Of equals the first stays.
std::vector<std::string> smallest_cover(const std::vector<std::string>& filters);

}  // namespace sluice::message
