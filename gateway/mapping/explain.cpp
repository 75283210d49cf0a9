#include "mapping/explain.h"

#include "base/json.h"
#include "base/text.h"
#include "mapping/rule.h"

namespace sluice::mapping {
namespace {

constexpr std::size_t shown_bytes = 2000;

std::string shown(const Value& value) {
  return excerpt(to_json(value), shown_bytes);
}

}  // namespace

Explainer::Explainer(std::shared_ptr<const MappingSet> set, const event::EventCatalog& catalog)
    : catalog_(catalog), mapper_(std::move(set), this) {}

Explainer::~Explainer() = default;

std::string Explainer::explain(const message::Message& message) {
  const auto unmatched = mapper_.counts().unmatched;
  output_.clear();
  mapper_.map(message, output_);
  if (mapper_.counts().unmatched != unmatched)
    line("no rule has a topic that matches '" + excerpt(message.topic) + "'");
  return std::exchange(text_, {});
}

std::string Explainer::advance(Timestamp now) {
  output_.clear();
  mapper_.advance(now, output_);
  return std::exchange(text_, {});
}

void Explainer::line(const std::string& text) {
  text_ += std::string(2 * depth_, ' ') + text + "\n";
}

void Explainer::empty(const Rule& rule) {
  line("rule '" + rule.name + "' (" + rule.where + ")");
  line("  the message holds no record");
}

void Explainer::entered(const Rule& rule, const Record& record) {
  line("rule '" + rule.name + "' (" + rule.where + ")");
  ++depth_;
  line("record " + shown(record.fields));
}

void Explainer::passed(const Step& step, const Record& record) {
  line(step.kind + " -> " + shown(record.fields));
}

void Explainer::stopped(const Step& step) {
  line(step.kind + " passes nothing on (" + step.where + ")");
}

void Explainer::sent(const event::Emission& emission) {
  const auto name = catalog_[emission.type].qualified();
  if (emission.remove) {
    line("removes the latest " + name + " of " + shown(emission.key));
  } else {
    line("sends " + name + " " + shown(emission.fields) + ", key " + shown(emission.key));
  }
}

void Explainer::published(const message::Publish& publish) {
  line("publishes " + publish.topic + " " + excerpt(publish.payload, shown_bytes));
}

void Explainer::failed(const std::string& where, const std::string& text) {
  line("error: " + text + " (" + where + ")");
}

void Explainer::left() {
  --depth_;
}

}  // namespace sluice::mapping
