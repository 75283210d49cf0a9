#include "mapping/publishing.h"

#include "base/json.h"
#include "base/text.h"

namespace sluice::mapping {
namespace {

using Kind = message::TopicFilter::Kind;
using Levels = std::vector<message::TopicFilter::Level>;

/// A placeholder's value as a part of a topic.
Expected<std::string> topic_part(const message::TopicFilter::Level& level, const Value& fields) {
  const Value* value = fields.find(level.text);
  if (value == nullptr || value->is_null()) return unexpected("topic: '" + level.text + "' is missing");
  const std::string text = value->is_text() ? std::string(value->as_text()) : to_json(*value);
  if (value->is_list() || value->is_object()) {
    return unexpected("topic: '" + level.text + "' is a " + std::string(kind_name(value->kind())) +
                      ", expected a text or a number");
  }
  const bool many = level.kind == Kind::many;
  const auto refused = many ? std::string_view("+#\0", 3) : std::string_view("/+#\0", 4);
  if (text.empty() || text.find_first_of(refused) != std::string::npos) {
    return unexpected("topic: '" + level.text + "' is '" + excerpt(text, 60) + "', which a topic must not hold");
  }
  return text;
}

bool overlap_from(const Levels& a, std::size_t i, const Levels& b, std::size_t j);

/// `a[i]` is `#` or `{x#}`: it may fill any number of b's levels from j on.
bool overlap_many(const Levels& a, std::size_t i, const Levels& b, std::size_t j) {
  if (a[i].kind == Kind::rest) return true;
  for (std::size_t k = j + 1; k <= b.size(); ++k) {
    if (overlap_from(a, i + 1, b, k)) return true;
  }
  return false;
}

bool overlap_from(const Levels& a, std::size_t i, const Levels& b, std::size_t j) {
  if (i == a.size() && j == b.size()) return true;
  if (i < a.size() && a[i].kind == Kind::rest) return true;
  if (j < b.size() && b[j].kind == Kind::rest) return true;
  if (i == a.size() || j == b.size()) return false;
  if (a[i].kind == Kind::many && b[j].kind == Kind::many) return true;  // the same many levels, then what may differ
  if (a[i].kind == Kind::many) return overlap_many(a, i, b, j);
  if (b[j].kind == Kind::many) return overlap_many(b, j, a, i);
  const bool literal = a[i].kind == Kind::literal && b[j].kind == Kind::literal;
  return (!literal || a[i].text == b[j].text) && overlap_from(a, i + 1, b, j + 1);
}

}  // namespace

bool overlap(const message::TopicFilter& a, const message::TopicFilter& b) {
  return overlap_from(a.levels(), 0, b.levels(), 0);
}

std::string payload_of(const Value& value) {
  if (value.is_null()) return {};
  if (value.is_text()) return std::string(value.as_text());
  return to_json(value);
}

std::optional<Publishing> Publishing::read(const YamlNode& node, RuleReader& reader) {
  auto& report = reader.report();
  if (!report.parts(node, {"topic", "payload", "qos", "retain"}, "publish")) return std::nullopt;
  const auto* topic = node.find("topic");
  const auto* payload = node.find("payload");
  if (topic == nullptr || payload == nullptr) {
    report.error(node, "publish needs 'topic' and 'payload'");
    return std::nullopt;
  }
  const auto errors = report.count();
  if (!topic->is_scalar()) {
    report.error(*topic, "topic is " + shown(*topic) + ", expected a topic (one with { } must be quoted here)");
    return std::nullopt;
  }
  auto topics = message::TopicFilter::parse(topic->text);
  if (!topics) {
    report.error(*topic, topics.error().message);
    return std::nullopt;
  }
  for (const auto& level : topics->levels()) {
    const bool wildcard = level.kind == Kind::rest || (level.kind != Kind::literal && level.text.empty());
    if (wildcard) report.error(*topic, "publish needs a topic without '+' and '#': " + shown(*topic));
    if (level.kind != Kind::literal && !wildcard) {
      reader.begin("publish", *topic);
      reader.require(level.text, "publish.topic");
    }
  }
  Publishing publishing(std::move(*topics));
  reader.begin("publish", node.children[0]);
  if (auto value = reader.value(*payload, "payload")) publishing.payload_ = std::move(*value);
  if (const auto* qos = node.find("qos")) {
    publishing.qos_ = static_cast<int>(report.integer(*qos, "qos", 0, 2).value_or(0));
  }
  if (const auto* retain = node.find("retain")) publishing.retain_ = report.boolean(*retain, "retain").value_or(false);
  if (report.count() != errors) return std::nullopt;
  return publishing;
}

Expected<std::string> Publishing::topic(const Value& fields) const {
  std::string topic;
  for (const auto& level : topics_.levels()) {
    if (&level != &topics_.levels().front()) topic.push_back('/');
    if (level.kind == Kind::literal) {
      topic += level.text;
      continue;
    }
    auto part = topic_part(level, fields);
    if (!part) return part;
    topic += *part;
  }
  if (!message::is_topic_name(topic)) return unexpected("topic '" + excerpt(topic, 60) + "' is no topic name");
  return topic;
}

Expected<message::Publish> Publishing::make(const Environment& environment) const {
  auto name = topic(*environment.record);
  if (!name) return tl::unexpected(name.error());
  auto payload = payload_.evaluate(environment);
  if (!payload) return tl::unexpected(payload.error());
  return message::Publish{std::move(*name), payload_of(*payload), qos_, retain_};
}

}  // namespace sluice::mapping
