#include "support/stream/model.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/json.h"

namespace sluice::stream {
namespace {

event::Sequence sequence_of(std::string_view id) {
  return event::EventId::parse(id)->sequence;
}

}  // namespace

bool PlainHistory::of_types(const Wish& wish, event::Sequence sequence) const {
  return std::ranges::find(wish.types, at(sequence).type) != wish.types.end();
}

bool PlainHistory::wanted(const Wish& wish, event::Sequence sequence) const {
  return of_types(wish, sequence) && (wish.key.empty() || wish.key == at(sequence).key);
}

bool PlainHistory::superseded(const Wish& wish, event::Sequence sequence) const {
  for (auto newer = sequence + 1; newer <= head(); ++newer) {
    if (wanted(wish, newer) && at(newer).type == at(sequence).type && at(newer).key == at(sequence).key) return true;
  }
  return false;
}

std::size_t PlainHistory::count(const Wish& wish, event::Sequence from, event::Sequence to) const {
  std::size_t count = 0;
  for (auto sequence = from + 1; sequence <= to; ++sequence) {
    if (wanted(wish, sequence) && !(wish.thinned && superseded(wish, sequence))) ++count;
  }
  return count;
}

std::vector<event::Sequence> PlainHistory::snapshot(const Wish& wish, std::string_view type,
                                                    event::Sequence position) const {
  std::vector<event::Sequence> shown;
  std::vector<std::string> keys;
  for (auto sequence = position; sequence > 0; --sequence) {
    const auto& entry = at(sequence);
    if (entry.type != type || !wanted(wish, sequence)) continue;
    if (std::ranges::find(keys, entry.key) != keys.end()) continue;
    keys.push_back(entry.key);
    shown.push_back(sequence);
  }
  std::ranges::reverse(shown);
  return shown;
}

CheckedClient::CheckedClient(Stage& stage, const PlainHistory& history, PlainHistory::Wish wish)
    : stage_(stage), history_(history), wish_(std::move(wish)) {}

void CheckedClient::connect(std::optional<event::Sequence> position) {
  const auto query = wish_.key.empty() ? Value() : Value::object({{"k", Value::list({wish_.key})}});
  std::optional<std::string> id;
  if (position) id = "t-" + std::to_string(*position);
  gap_due_ = position && *position > history_.head() ? "unknown" : "";
  for (auto sequence = position.value_or(UINT64_MAX - 1) + 1; sequence < stage_.log.first(); ++sequence) {
    if (history_.of_types(wish_, sequence)) gap_due_ = "expired";
  }
  opening_ = !position || !gap_due_.empty();
  position_ = position.value_or(0);
  snapshot_.clear();
  parser_ = event::WireParser();
  cursor_.reset();
  cursor_ = stage_.open(wish_.stream, id, query);
  EXPECT_EQ(cursor_->accepted(), opening_ ? 0 : position_);
}

void CheckedClient::take(std::size_t bytes) {
  std::vector<event::WireEvent> events;
  ASSERT_TRUE(parser_.feed(stage_.take(*cursor_, bytes), events));
  for (const auto& event : events) check(event);
}

void CheckedClient::check(const event::WireEvent& event) {
  if (event.type == "gap") return check_gap(event);
  EXPECT_EQ(gap_due_, "") << "and no gap before " << event.type;
  if (event.type == "checkpoint") {
    const auto position = sequence_of(event.last_event_id);
    if (opening_) {
      EXPECT_EQ(snapshot_, history_.snapshot(wish_, wish_.types.front(), position));
    } else {
      EXPECT_EQ(history_.count(wish_, position_, position), 0u) << "checkpoint over events";
    }
    opening_ = false;
    position_ = position;
    return;
  }
  const auto data = static_cast<event::Sequence>(parse_json(event.data)->as_int());
  if (opening_) {
    snapshot_.push_back(data);
    return;
  }
  const auto sequence = sequence_of(event.last_event_id);
  EXPECT_EQ(data, sequence);
  ASSERT_GT(sequence, position_) << "doubled or disordered";
  EXPECT_TRUE(history_.wanted(wish_, sequence)) << "not its event";
  EXPECT_EQ(event.type, history_.at(sequence).type);
  EXPECT_EQ(history_.count(wish_, position_, sequence - 1), 0u) << "missing before " << sequence;
  position_ = sequence;
}

void CheckedClient::check_gap(const event::WireEvent& event) {
  ++gaps_;
  const auto gap = *parse_json(event.data);
  const auto reason = gap.find("reason")->as_text();
  const auto to = sequence_of(gap.find("to")->as_text());
  if (opening_) {
    EXPECT_EQ(reason, gap_due_);
    EXPECT_EQ(gap.find("from")->as_text(), "t-" + std::to_string(position_));
    gap_due_ = "";
    return;
  }
  const auto from = sequence_of(gap.find("from")->as_text());
  EXPECT_EQ(sequence_of(event.last_event_id), to);
  EXPECT_EQ(history_.count(wish_, position_, from), 0u) << "missing before the gap";
  if (reason == "slow") {
    EXPECT_EQ(gap.find("missed")->as_int(), static_cast<std::int64_t>(history_.count(wish_, from, to)));
  } else {
    EXPECT_EQ(reason, "expired");
    EXPECT_LT(to, stage_.log.first());
    bool lost = false;
    for (auto sequence = from + 1; sequence <= to; ++sequence) lost = lost || history_.of_types(wish_, sequence);
    EXPECT_TRUE(lost) << "a gap over nothing";
  }
  position_ = to;
}

void CheckedClient::check_complete() {
  take(SIZE_MAX);
  EXPECT_FALSE(opening_);
  EXPECT_EQ(gap_due_, "");
  EXPECT_EQ(history_.count(wish_, position_, history_.head()), 0u) << "missing at the end";
}

}  // namespace sluice::stream
