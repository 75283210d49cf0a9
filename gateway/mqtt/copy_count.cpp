#include "mqtt/copy_count.h"

#include <algorithm>

namespace sluice::mqtt {

bool CopyCount::is_first(std::string_view topic, std::uint64_t content, std::span<const std::uint32_t> identifiers) {
  auto found = topics_.find(topic);
  if (found == topics_.end()) found = topics_.emplace(topic, Run{}).first;
  auto& run = found->second;
  if (run.taken == 0 || run.content != content) run = {content, 0, {}};
  std::uint64_t most = 0;
  for (const auto identifier : identifiers) {
    auto count = std::ranges::find(run.copies, identifier, &std::pair<std::uint32_t, std::uint64_t>::first);
    if (count == run.copies.end()) count = run.copies.insert(run.copies.end(), {identifier, 0});
    most = std::max(most, ++count->second);
  }
  if (most <= run.taken) return false;
  run.taken = most;
  return true;
}

}  // namespace sluice::mqtt
