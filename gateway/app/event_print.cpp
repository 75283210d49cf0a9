#include "app/event_print.h"

#include <algorithm>
#include <utility>

#include "app/failure_record.h"
#include "app/pipeline.h"
#include "base/text.h"
#include "event/event_catalog.h"
#include "event/wire.h"
#include "history/memory_event_log.h"
#include "stream/feed.h"
#include "stream/hub.h"

namespace sluice::app {
namespace {

// All events of a batch stand in the log until they are printed, whatever their age.
constexpr history::Retention one_batch{10'000'000, EventPrint::log_bytes, milliseconds(100LL * 366 * 86'400'000)};

stream::FeedOptions feed_options() {
  stream::FeedOptions options;
  options.backlog = EventPrint::log_bytes;
  return options;
}

/// A source that is there, and gives nothing until it is opened.
class Gate final : public message::MessageSource {
 public:
  explicit Gate(message::MessageSource& source) : source_(source) {}
  void open() { is_open_ = true; }

  void poll(milliseconds timeout, const Receive& receive) override {
    if (is_open_) source_.poll(timeout, receive);
  }
  void acknowledge() override { source_.acknowledge(); }
  void wake() override { source_.wake(); }
  Link link() override { return source_.link(); }

 private:
  message::MessageSource& source_;
  bool is_open_ = false;
};

Expected<stream::Request> request_for(const stream::Hub& hub, const EventPrint::Wanted& wanted) {
  stream::Request request;
  request.stream = hub.find(wanted.stream);
  if (!request.stream) {
    std::vector<std::string> names;
    for (const auto& spec : *hub.streams()) names.push_back(spec->name);
    return unexpected("no stream '" + excerpt(wanted.stream) + "'" + did_you_mean(wanted.stream, names));
  }
  if (request.stream->query) {
    auto read = request.stream->query->read(wanted.parameters);
    if (!read) return tl::unexpected(read.error());
    request.query = std::move(*read);
  }
  for (const auto& field : request.stream->path_fields) {
    const auto given = std::ranges::find(wanted.parameters, field, [](const auto& pair) { return pair.first; });
    if (given == wanted.parameters.end() || given->second.empty()) {
      return unexpected("stream '" + wanted.stream + "' needs the parameter '" + field + "'");
    }
    request.path_values.push_back(given->second);
  }
  return request;
}

}  // namespace

struct EventPrint::Parts {
  Parts(const LoadedMappings& loaded, const BrokerStandIn& stand_in)
      : catalog(*loaded.catalog),
        log(one_batch, stand_in.epoch.empty() ? event::new_epoch() : stand_in.epoch),
        hub(log, catalog),
        gate(stand_in.broker),
        pipeline({gate, stand_in.broker, hub, failures, stand_in.clock, loaded.set}),
        feed(hub, feed_options()) {
    hub.declare(loaded.set->streams());
  }

  event::EventCatalog catalog;
  FailureRecord failures;
  history::MemoryEventLog log;
  stream::Hub hub;
  Gate gate;
  Pipeline pipeline;
  stream::Feed feed;
  std::unique_ptr<stream::Cursor> cursor;  // null: all events
  event::Sequence printed = 0;
  std::vector<event::EventPtr> events;
};

EventPrint::EventPrint(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
EventPrint::~EventPrint() = default;

Expected<std::unique_ptr<EventPrint>> EventPrint::make(const LoadedMappings& mappings, const BrokerStandIn& stand_in,
                                                       const Wanted& wanted) {
  auto parts = std::make_unique<Parts>(mappings, stand_in);
  parts->pipeline.turn(milliseconds(0));  // the hub learns that the source is there, before any client
  parts->gate.open();
  parts->feed.advance(0);
  if (!wanted.stream.empty()) {
    const auto request = request_for(parts->hub, wanted);
    if (!request) return tl::unexpected(request.error());
    parts->cursor = parts->feed.open(*request, 0);
  }
  return std::unique_ptr<EventPrint>(new EventPrint(std::move(parts)));
}

void EventPrint::turn(std::string& out) {
  auto& parts = *parts_;
  parts.pipeline.turn(milliseconds(0));
  if (parts.cursor) {
    parts.feed.advance(0);
    for (auto due = parts.cursor->due(); !due.empty(); due = parts.cursor->due()) {
      out += due;
      parts.cursor->sent(due.size(), 0);
    }
    return;
  }
  while (parts.printed < parts.log.head()) {
    constexpr std::size_t at_once = 1000;
    parts.log.read(parts.printed, at_once, parts.events);
    if (parts.events.empty()) break;
    for (const auto& event : parts.events) {
      event::write_block({.id = event::EventId{parts.log.epoch(), event->sequence}.text(),
                          .name = parts.catalog[event->type].qualified(),
                          .data = event->data_json()},
                         out);
    }
    parts.printed = parts.events.back()->sequence;
  }
  parts.events.clear();
}

std::uint64_t EventPrint::events() const {
  return parts_->log.head();
}

std::uint64_t EventPrint::failures() const {
  return parts_->failures.total();
}

std::uint64_t EventPrint::unmatched() const {
  return parts_->pipeline.counts().unmatched.load();
}

}  // namespace sluice::app
