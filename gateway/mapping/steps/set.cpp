#include "mapping/steps/step_kinds.h"

namespace sluice::mapping {
namespace {

/// `set: {f: value, ...}`: assigns in order; later ones see earlier ones.
class SetStep final : public Step {
 public:
  struct Assignment {
    std::string name;
    Template value;
  };
  std::vector<Assignment> assignments;

  std::unique_ptr<Stage> start(Context& context, Stage& next) const override;
};

class SetStage final : public StepStage {
 public:
  SetStage(const SetStep& step, Context& context, Stage& next) : StepStage(step, context, next), step_(step) {}

  void take(Record&& record) override {
    for (const auto& assignment : step_.assignments) {
      auto value = assignment.value.evaluate(environment(record));
      if (!value) return fail(record, assignment.name + ": " + value.error().message);
      record.fields.set(assignment.name, std::move(*value));
    }
    give(std::move(record));
  }

 private:
  const SetStep& step_;
};

std::unique_ptr<Stage> SetStep::start(Context& context, Stage& next) const {
  return std::make_unique<SetStage>(*this, context, next);
}

}  // namespace

std::unique_ptr<Step> read_set(const YamlNode& body, RuleReader& reader) {
  if (!body.is_map() || body.children.empty()) {
    reader.report().error(body, "set is " + shown(body) + ", expected a map of fields and values");
    return nullptr;
  }
  auto step = std::make_unique<SetStep>();
  for (std::size_t i = 0; i < body.children.size(); i += 2) {
    const auto& name = body.children[i];
    if (auto value = reader.value(body.children[i + 1], name.text)) {
      step->assignments.push_back({name.text, std::move(*value)});
    }
    reader.provide(name.text, name);
  }
  return step;
}

const Manual set_manual = {
    .form = R"md(`set: {field: value, ...}`)md",
    .text =
        R"md(Assigns fields in order; later ones see earlier ones. A text that starts with `=` is computed, `{expr}` within a text is
filled in, everything else is taken as written. It keeps no state.)md",
    .example = R"yaml(rules:
  - topic: tank/{tank}
    steps:
      - set: {liters: =mm * 2.5, share: =liters / 1000, label: "Tank {tank}"}
    emit: level
tests:
  - name: later fields see earlier ones
    given: [{topic: tank/a, payload: {mm: 120}}]
    expect: [{event: level, data: {liters: 300, share: 0.3, label: Tank a}}]
)yaml",
};

}  // namespace sluice::mapping
