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

}  // namespace sluice::mapping
