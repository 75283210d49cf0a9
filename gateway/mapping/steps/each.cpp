#include "mapping/steps/step_kinds.h"

#include <algorithm>

namespace sluice::mapping {
namespace {

/// `each: expr`: one record per element of a list or object.
class EachStep final : public Step {
 public:
  EachStep(Expression elements, std::vector<std::string> placeholders)
      : of(std::move(elements)), kept(std::move(placeholders)) {}
  Expression of;
  std::vector<std::string> kept;  // names that an element must not write over

  bool may_write(std::string_view name) const {
    return !is_reserved(name) && std::find(kept.begin(), kept.end(), name) == kept.end();
  }
  std::unique_ptr<Stage> start(Context& context, Stage& next) const override;
};

class EachStage final : public StepStage {
 public:
  EachStage(const EachStep& step, Context& context, Stage& next) : StepStage(step, context, next), step_(step) {}

  void take(Record&& record) override {
    auto of = step_.of.evaluate(environment(record));
    if (!of) return fail(record, of.error().message);
    if (of->is_null()) return;
    if (of->is_list()) {
      std::int64_t index = 0;
      for (auto& element : of->as_list()) give_element(record, std::move(element), Value(index++));
    } else if (of->is_object()) {
      for (auto& member : of->as_object()) give_element(record, std::move(member.value), std::move(member.name));
    } else {
      fail(record, "each of a " + std::string(kind_name(of->kind())) + ", expected a list or an object");
    }
  }

 private:
  void give_element(const Record& record, Value element, Value index) {
    Record one{record.fields, record.origin};
    if (element.is_object()) {
      for (auto& member : element.as_object()) {
        if (step_.may_write(member.key())) one.fields.set(member.key(), std::move(member.value));
      }
    } else if (step_.may_write("value")) {
      one.fields.set("value", std::move(element));
    }
    if (step_.may_write("index")) one.fields.set("index", std::move(index));
    give(std::move(one));
  }

  const EachStep& step_;
};

std::unique_ptr<Stage> EachStep::start(Context& context, Stage& next) const {
  return std::make_unique<EachStage>(*this, context, next);
}

}  // namespace

std::unique_ptr<Step> read_each(const YamlNode& body, RuleReader& reader) {
  auto of = reader.expression(body);
  reader.known.open = true;  // an element may be an object of any fields
  reader.known.add("value");
  reader.known.add("index");
  if (!of) return nullptr;
  return std::make_unique<EachStep>(std::move(*of), reader.protected_names);
}

const Manual each_manual = {
    .form = R"md(`each: expression`)md",
    .text =
        R"md(One record for each element of a list or object: the fields of an object are laid over the record (never over the topic's
placeholders), any other element becomes `value`; `index` is the place or the name. Of null nothing comes. It keeps no
state.)md",
    .example = R"yaml(rules:
  - topic: site/{site}/tags
    steps: [{each: tags}]
    emit: tag
tests:
  - name: a list of objects
    given: [{topic: site/n/tags, payload: {tags: [{name: p1, bar: 2.5}, {name: p2, bar: 2.6}]}}]
    expect:
      - {event: tag, data: {site: n, name: p1, bar: 2.5, index: 0}}
      - {event: tag, data: {site: n, name: p2, bar: 2.6, index: 1}}
  - name: an object of numbers
    given: [{topic: site/n/tags, payload: {tags: {p1: 2.5}}}]
    expect: [{event: tag, data: {index: p1, value: 2.5}}]
)yaml",
};

}  // namespace sluice::mapping
