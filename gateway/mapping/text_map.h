#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sluice::mapping {

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
};

/// A hash map by text that is looked up without making a std::string; its values stay where they are.
template <class T>
using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

}  // namespace sluice::mapping
