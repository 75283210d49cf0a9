#include "mapping/sparkplug_source.h"

#include <algorithm>
#include <utility>

#include "mapping/sparkplug/session.h"

namespace sluice::mapping {
namespace {

sparkplug::Limits limits_of(const Bounds& bounds) {
  sparkplug::Limits limits;
  limits.depth = bounds.decode_depth;
  return limits;
}

}  // namespace

SparkplugSource::SparkplugSource(Context& context)
    : context_(context), session_(std::make_unique<sparkplug::Session>(limits_of(context.bounds))) {}

SparkplugSource::~SparkplugSource() {
  context_.state_bytes -= session_->heap_bytes();
}

Value SparkplugSource::read(const Rule& rule, const message::Message& message) {
  const auto before = session_->heap_bytes();
  const auto free = context_.bounds.state_bytes - std::min(context_.state_bytes, context_.bounds.state_bytes);
  session_->give_room(before + free);
  sparkplug::Session::Output output;
  session_->receive(message.topic, message.payload, context_.now, output);
  context_.state_bytes += session_->heap_bytes() - before;
  for (auto& error : output.errors) context_.fail(rule.where, rule.name, message, std::move(error));
  for (auto& publish : output.publishes) context_.publish(std::move(publish));
  return Value(std::move(output.records));
}

const Manual sparkplug_manual = {
    .form = "`codec: sparkplug`",
    .text =
        R"md(Sparkplug B: a record for each metric, with `group node device metric value time quality`. It remembers what births say
of names, aliases and datatypes, asks a node that it does not know, or that skips a number, for its births again (by
`NCMD`, at most every 10 s), and tells of a death with `quality: stale` and the last value. It stands alone, not in a
list of codecs.)md",
    .example = R"yaml(rules:
  - topic: spBv1.0/{group}/+/{node}/#
    codec: sparkplug
    steps: [{when: metric != 'bdSeq'}]
    emit: metric
tests:
  - name: a node's birth, then its death
    given:
      - {topic: spBv1.0/hall/NBIRTH/line1, hex: 08e807120b0a05626453657120045800120e0a06757074696d651001200458051800}
      - {topic: spBv1.0/hall/NDEATH/line1, hex: 120b0a05626453657120045800}
    expect:
      - {event: metric, data: {metric: uptime, value: 5, quality: good}}
      - {event: metric, data: {metric: uptime, value: 5, quality: stale}}
)yaml",
};

}  // namespace sluice::mapping
