// The first line is a topic filter, the second a topic: they match where libmosquitto says so.
#include <mosquitto.h>

#include <cstdlib>

#include "input.h"
#include "message/topic_filter.h"
#include "message/topic_tree.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace sluice;
  auto rest = fuzz::text(bytes, size);
  const auto text = fuzz::take_line(rest);
  const std::string topic(fuzz::take_line(rest));
  const auto filter = message::TopicFilter::parse(text);
  if (!filter || !message::is_topic_name(topic)) return 0;
  std::vector<std::string_view> captures;
  const bool matches = filter->match(topic, captures);
  message::TopicTree tree;
  tree.add(*filter, 0);
  std::vector<message::TopicTree::Match> found;
  if ((tree.match(topic, found) == 1) != matches) std::abort();
  if (text.find('{') != std::string_view::npos) return 0;  // placeholders are ours
  bool expected = false;
  const auto result = mosquitto_topic_matches_sub(std::string(text).c_str(), topic.c_str(), &expected);
  if (result == MOSQ_ERR_SUCCESS && expected != matches) std::abort();
  return 0;
}
