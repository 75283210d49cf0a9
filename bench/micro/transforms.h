#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::bench {

/// One message and what is to become of it, said three times: as a mapping, as a jq program, and (in
/// nlohmann_transforms.cpp, under its name) by hand.
struct Task {
  std::string_view name;
  std::string payload;
  std::string_view mapping;
  std::string_view program;
};

/// cell, pack, whole-pack, order
const std::vector<Task>& tasks();

/// From a payload's text to the text of the data made of it; what is returned stands until the next call.
///
/// Threads: one.
using Transform = std::function<std::string_view(const std::string& payload)>;

/// The gateway's mapper and its JSON writer.
Transform sluice_transform(const Task& task);
/// nlohmann's DOM: parse, build, dump.
Transform nlohmann_transform(const Task& task);
/// libjq, the program compiled once.
Transform jq_transform(const Task& task);

}  // namespace sluice::bench
