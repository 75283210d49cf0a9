#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "mapping/manual.h"
#include "mapping/rule_reader.h"
#include "mapping/stage.h"

namespace sluice::mapping {

/// Reads what stands after a step's name. Null when something is wrong, which then is reported.
using StepReader = std::unique_ptr<Step> (*)(const YamlNode& body, RuleReader& reader);

std::unique_ptr<Step> read_set(const YamlNode& body, RuleReader& reader);
std::unique_ptr<Step> read_when(const YamlNode& body, RuleReader& reader);
std::unique_ptr<Step> read_each(const YamlNode& body, RuleReader& reader);
std::unique_ptr<Step> read_changed(const YamlNode& body, RuleReader& reader);
std::unique_ptr<Step> read_collect(const YamlNode& body, RuleReader& reader);
std::unique_ptr<Step> read_window(const YamlNode& body, RuleReader& reader);
std::unique_ptr<Step> read_batch(const YamlNode& body, RuleReader& reader);
std::unique_ptr<Step> read_throttle(const YamlNode& body, RuleReader& reader);
std::unique_ptr<Step> read_hold(const YamlNode& body, RuleReader& reader);
std::unique_ptr<Step> read_silence(const YamlNode& body, RuleReader& reader);

// What the reference page says of each.
extern const Manual set_manual;
extern const Manual when_manual;
extern const Manual each_manual;
extern const Manual changed_manual;
extern const Manual collect_manual;
extern const Manual window_manual;
extern const Manual batch_manual;
extern const Manual throttle_manual;
extern const Manual hold_manual;
extern const Manual silence_manual;

/// The steps there are, by name.
struct StepKind {
  std::string_view name;
  StepReader read;
  const Manual& manual;
};
const std::vector<StepKind>& step_kinds();

}  // namespace sluice::mapping
