#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "message/message_sink.h"
#include "message/message_source.h"

namespace sluice::test {

/// A broker that hands out what the test put in, one batch a poll.
class FakeSource final : public message::MessageSource {
 public:
  void publish(std::string topic, std::string payload) { here.push_back({std::move(topic), std::move(payload)}); }

  void poll(milliseconds timeout, const Receive& receive) override {
    waited = timeout;
    auto batch = std::exchange(here, {});
    for (auto& message : batch) receive(std::move(message));
  }
  void acknowledge() override { ++acknowledged; }
  void wake() override { ++woken; }
  Link link() override { return {state.connected, state.since, std::exchange(state.session_lost, false)}; }

  std::vector<message::Message> here;
  milliseconds waited{};
  int acknowledged = 0;
  int woken = 0;
  Link state{true, {}, false};
};

/// A broker that keeps what it was sent, and answers when the test says so.
class FakeSink final : public message::MessageSink {
 public:
  void send(const message::Publish& publish, Done done) override {
    sent.push_back(publish);
    open.push_back(std::move(done));
  }
  void answer(Expected<void> result = {}) {
    auto done = std::move(open.front());
    open.pop_front();
    done(std::move(result));
  }

  std::vector<message::Publish> sent;
  std::deque<Done> open;
};

}  // namespace sluice::test
