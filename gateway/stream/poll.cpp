#include "stream/poll.h"

#include <algorithm>

#include "base/date_time.h"
#include "base/json.h"
#include "base/text.h"
#include "base/units.h"
#include "stream/matcher.h"
#include "stream/snapshot.h"

namespace sluice::stream {
namespace {

constexpr std::size_t events_a_read = 1024;

Expected<Timestamp> read_time(std::string_view name, const std::string& text) {
  if (const auto ms = parse_int(text)) return at_ms(*ms);
  if (const auto time = parse_date_time(text, Zone())) return *time;
  return unexpected(std::string(name) + " '" + excerpt(text, 40) +
                    "' is no time: write Unix milliseconds or RFC 3339 (2026-01-31T12:00:00Z)");
}

// A hash of the content: two answers with the same bytes have the same tag, whatever happened in between.
std::string tag_of(std::string_view body) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : body) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  constexpr std::string_view digits = "0123456789abcdef";
  std::string tag = "\"";
  for (int shift = 60; shift >= 0; shift -= 4) tag.push_back(digits[hash >> shift & 15U]);
  return tag + "\"";
}

/// The position that a list goes on after: 0 for none, another log's or the future's (which get everything).
event::Sequence bound(const history::EventLog& log, const ListOptions& options) {
  if (!options.after) return 0;
  const auto id = event::EventId::parse(*options.after);
  return id && id->epoch == log.epoch() && id->sequence <= log.head() ? id->sequence : 0;
}

void write_listed(const event::Event& event, std::string_view epoch, std::string& out) {
  out.append(R"({"event":)");
  write_json_text(event.name, out);
  out.append(R"(,"id":")").append(epoch).append("-").append(std::to_string(event.sequence));
  out.append(R"(","time":)").append(std::to_string(to_ms(event.time)));
  out.append(R"(,"key":)").append(event.key_json);
  out.append(R"(,"data":)").append(event.data_json()).append("}");
}

std::string list_of(const std::vector<event::EventPtr>& events, std::string_view epoch, bool bare) {
  std::string body = "[";
  for (const auto& event : events) {
    if (body.size() > 1) body.push_back(',');
    if (bare) {
      body.append(event->data_json());
    } else {
      write_listed(*event, epoch, body);
    }
  }
  return body + "]";
}

Matcher matcher_of(const Request& request) {
  return {*request.stream, request.query, request.path_values, request.binding};
}

}  // namespace

const std::vector<event::TypeNumber>& polled(const event::StreamSpec& stream) {
  if (stream.poll && !stream.poll->events.empty()) return stream.poll->events;
  return stream.on_connect.empty() ? stream.events : stream.on_connect;
}

Expected<ListOptions> ListOptions::read(const std::vector<std::pair<std::string, std::string>>& parameters) {
  ListOptions options;
  for (const auto& [name, value] : parameters) {
    if (name == "after" && !value.empty() && value != "earliest") {
      if (const auto id = event::EventId::parse(value); !id) {
        return unexpected("after '" + excerpt(value, 64) + "': " + id.error().message);
      }
      options.after = value;
    } else if (name == "limit") {
      const auto limit = parse_int(value);
      if (!limit || *limit < 1 || *limit > static_cast<std::int64_t>(max_limit)) {
        return unexpected("limit '" + excerpt(value, 20) + "' is no whole number from 1 to " +
                          std::to_string(max_limit));
      }
      options.limit = static_cast<std::size_t>(*limit);
    } else if (name == "from" || name == "to") {
      const auto time = read_time(name, value);
      if (!time) return tl::unexpected(time.error());
      (name == "from" ? options.from : options.to) = *time;
    } else if (name == "wait") {
      const auto wait = parse_duration(value);
      if (!wait || *wait > max_wait) {
        return unexpected("wait '" + excerpt(value, 20) + "' is no duration up to " + format_duration(max_wait) +
                          ", such as 25s");
      }
      options.wait = *wait;
    }
  }
  return options;
}

ListAnswer poll(const Hub& hub, const Request& request, const ListOptions& options) {
  const auto& stream = *request.stream;
  using As = event::PollSpec::As;
  const auto as = stream.poll ? stream.poll->as : As::events;
  const auto matcher = matcher_of(request);
  auto latest = hub.latest(polled(stream));
  const auto after = bound(hub.log(), options);
  std::erase_if(latest.events, [&](const auto& event) { return event->sequence <= after; });
  const auto limit = as == As::latest ? 1 : options.limit.value_or(stream.limit);
  const auto events = newest_matching(latest, matcher, limit);

  ListAnswer answer;
  answer.position = latest.position;
  answer.empty = events.empty();
  if (as != As::latest) {
    answer.body = list_of(events, hub.log().epoch(), as == As::data);
  } else if (!events.empty()) {
    answer.body = events.front()->data_json();
  } else {
    answer.status = 404;
    answer.body = after == 0 ? R"({"title":"there is no value yet"})" : R"({"title":"there is no newer value"})";
    return answer;
  }
  answer.etag = tag_of(answer.body);
  return answer;
}

ListAnswer history(const Hub& hub, const Request& request, const ListOptions& options) {
  const auto& stream = *request.stream;
  const auto matcher = matcher_of(request);
  const auto& log = hub.log();
  ListAnswer answer;
  answer.position = log.head();
  const auto wanted = [&](const event::Event& event) {
    if (options.from && event.time < *options.from) return false;
    if (options.to && event.time > *options.to) return false;
    return std::ranges::find(stream.events, event.type) != stream.events.end() && matcher.matches(event);
  };
  const auto limit = options.limit.value_or(ListOptions::default_limit);
  std::vector<event::EventPtr> events;
  std::vector<event::EventPtr> batch;
  for (auto after = bound(log, options); after < answer.position && answer.next.empty();) {
    log.read(after, events_a_read, batch);
    if (batch.empty()) break;
    for (auto& event : batch) {
      if (event->sequence > answer.position) break;
      if (!wanted(*event)) continue;
      if (events.size() == limit) {
        answer.next = event::EventId{log.epoch(), events.back()->sequence}.text();
        break;
      }
      events.push_back(event);
    }
    after = batch.back()->sequence;
  }
  answer.empty = events.empty();
  answer.body = list_of(events, log.epoch(), false);
  answer.etag = tag_of(answer.body);
  return answer;
}

}  // namespace sluice::stream
