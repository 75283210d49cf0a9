#include <gtest/gtest.h>

#include "support/stream/model.h"

namespace sluice::stream {
namespace {

class Model : public testing::TestWithParam<unsigned> {
 protected:
  Model()
      : random_(GetParam()),
        stage_({.events = 60},
               {.backlog = 400, .recent = GetParam() % 2 == 0 ? std::uint64_t{150} : std::uint64_t{1} << 20}) {
    std::vector<event::StreamSpec> specs;
    const auto declare = [&](std::string name, std::initializer_list<std::string_view> events,
                             event::Overflow overflow) {
      auto spec = stage_.stream(std::move(name), events);
      spec.on_connect = stage_.types({*events.begin()});
      spec.when = key_in_query("k", "k");
      spec.overflow = overflow;
      specs.push_back(std::move(spec));
    };
    declare("both", {"x", "y"}, event::Overflow::drop);
    declare("one", {"y"}, event::Overflow::disconnect);
    declare("newest", {"y", "x"}, event::Overflow::conflate);
    specs.back().resume_latest = true;
    declare("also", {"y", "x"}, event::Overflow::drop);
    declare("last", {"x"}, event::Overflow::conflate);
    specs.back().resume_latest = true;
    stage_.declare(std::move(specs));
    const std::vector<PlainHistory::Wish> wishes = {
        {"both", {"x", "y"}, "", false}, {"one", {"y"}, "", false}, {"newest", {"y", "x"}, "", true}};
    for (auto wish : wishes) {
      for (const auto* key : {"", "", "a", "b"}) {
        wish.key = key;
        add({wish});
      }
      for (const auto form : {FormKind::websocket, FormKind::gzip, FormKind::zstd}) {
        for (const auto* key : {"", "b"}) {
          wish.key = key;
          add({wish}, form);
        }
      }
    }
    const PlainHistory::Wish also{"also", {"y", "x"}, "", false};
    const PlainHistory::Wish last{"last", {"x"}, "", true};
    for (const auto form : {FormKind::sse, FormKind::gzip}) {
      add({wishes[0], also}, form);
      add({also, wishes[0]}, form);
      add({wishes[1], wishes[0], also}, form);
      add({last, wishes[2]}, form);
    }
  }

  void add(std::vector<PlainHistory::Wish> wishes, FormKind form = FormKind::sse) {
    clients_.push_back(std::make_unique<CheckedClient>(stage_, history_, std::move(wishes), form));
  }

  std::size_t draw(std::size_t below) { return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_); }

  void emit() {
    const std::string type = draw(3) == 0 ? "y" : "x";
    const std::string key(1, static_cast<char>('a' + draw(4)));
    history_.add(type, key);
    stage_.emit(type, key, static_cast<std::int64_t>(history_.head()));
  }

  void step() {
    auto& client = *clients_[draw(clients_.size())];
    switch (draw(10)) {
      case 0:
      case 1:
      case 2:
        for (auto n = draw(6); n > 0; --n) emit();
        return;
      case 3:
      case 4:
        stage_.advance();
        return;
      case 5:
        if (client.connected() && draw(4) == 0) client.leave();
        return;
      case 6:
        stage_.now_ms += 5000;
        stage_.feed.tick(stage_.now_ms);
        return;
      default:
        if (!client.connected()) return reconnect(client);
        client.take(draw(3) == 0 ? SIZE_MAX : draw(60));
        if (client.within_event()) return client.leave();
        if (client.ended()) {
          client.check_end();
          client.leave();
        }
    }
  }

  void reconnect(CheckedClient& client) {
    if (client.within_event()) return client.reconnect();
    switch (draw(4)) {
      case 0:
        return client.connect(std::nullopt);
      case 1:
        return client.connect(draw(history_.head() + 3));
      default:
        return client.reconnect();
    }
  }

  std::mt19937 random_;
  Stage stage_;
  PlainHistory history_;
  std::vector<std::unique_ptr<CheckedClient>> clients_;
};

TEST_P(Model, NoIdIsMissingDoubledOrDisorderedAndEveryGapIsOne) {
  for (int i = 0; i < 6000 && !HasFailure(); ++i) step();
  stage_.advance();
  std::size_t gaps = 0;
  std::size_t cut_within = 0;
  for (auto& client : clients_) {
    gaps += client->gaps();
    cut_within += client->cut_within();
    if (client->connected() && !client->ended()) client->check_complete();
  }
  EXPECT_GT(gaps, 0u);
  EXPECT_GT(cut_within, 0u);
  stage_.feed.drain(stage_.now_ms);
  for (auto& client : clients_) {
    if (client->connected()) client->check_end();
  }
  clients_.clear();
  EXPECT_EQ(stage_.feed.selections(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Model, testing::Range(1U, 25U));

}  // namespace
}  // namespace sluice::stream
