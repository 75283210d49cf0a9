#include "support/stream/model.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/json.h"

namespace sluice::stream {
namespace {

event::Sequence sequence_of(std::string_view id) {
  return event::EventId::parse(id)->sequence;
}

Value query_of(const PlainHistory::Wish& wish) {
  return wish.key.empty() ? Value() : Value::object({{"k", Value::list({wish.key})}});
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

std::size_t PlainHistory::count_any(const std::vector<Wish>& wishes, event::Sequence from, event::Sequence to) const {
  std::size_t count = 0;
  for (auto sequence = from + 1; sequence <= to; ++sequence) {
    if (std::ranges::any_of(wishes, [&](const auto& wish) { return wanted(wish, sequence); })) ++count;
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

CheckedClient::CheckedClient(Stage& stage, const PlainHistory& history, std::vector<PlainHistory::Wish> wishes,
                             FormKind form)
    : stage_(stage), history_(history), wishes_(std::move(wishes)), form_(form), reader_(form), seen_(wishes_.size()) {}

bool CheckedClient::any_of_types(event::Sequence sequence) const {
  return std::ranges::any_of(wishes_, [&](const auto& wish) { return history_.of_types(wish, sequence); });
}

void CheckedClient::connect(std::optional<event::Sequence> position) {
  seen_.assign(wishes_.size(), position.value_or(0));
  std::optional<std::string> id;
  if (position) id = "t-" + std::to_string(*position);
  open(position, std::move(id));
}

void CheckedClient::reconnect() {
  if (last_id_.empty()) return connect(std::nullopt);
  auto position = event::EventId::parse(last_id_);
  if (within_event()) {  // what comes before it was seen
    ++cut_within_;
    position = event::EventId::parse(last_id_.substr(0, last_id_.rfind('-')));
    --position->sequence;
  }
  open(position->sequence, last_id_);
}

void CheckedClient::open(std::optional<event::Sequence> position, std::optional<std::string> id) {
  gap_due_ = position && *position > history_.head() ? "unknown" : "";
  for (auto sequence = position.value_or(UINT64_MAX - 1) + 1; sequence < stage_.log.first(); ++sequence) {
    if (any_of_types(sequence)) gap_due_ = "expired";
  }
  opening_ = !position || !gap_due_.empty();
  asked_ = position.value_or(0);
  snapshots_.assign(wishes_.size(), {});
  reader_ = FormReader(form_);
  last_id_ = id.value_or("");
  cursor_.reset();
  Request request;
  for (const auto& wish : wishes_) request.joined.push_back({stage_.hub.find(wish.stream), query_of(wish)});
  if (wishes_.size() == 1) {
    request.stream = request.joined.front().stream;
    request.query = request.joined.front().query;
    request.joined.clear();
  }
  request.last_event_id = std::move(id);
  request.form = form_;
  cursor_ = stage_.feed.open(request, stage_.now_ms);
  EXPECT_EQ(cursor_->accepted(), opening_ ? 0 : asked_);
}

void CheckedClient::take(std::size_t bytes) {
  std::vector<event::WireEvent> events;
  ASSERT_TRUE(reader_.feed(stage_.take(*cursor_, bytes), events));
  for (const auto& event : events) check(event);
}

void CheckedClient::check_nothing_missed(std::size_t wish, event::Sequence to, std::string_view where) {
  EXPECT_EQ(history_.count(wishes_[wish], seen_[wish], to), 0u) << "missing before " << where << " " << to;
}

void CheckedClient::moved_to(event::Sequence position) {
  for (auto& seen : seen_) seen = std::max(seen, position);
}

void CheckedClient::check(const event::WireEvent& event) {
  if (event.type == "gap") return check_gap(event);
  EXPECT_EQ(gap_due_, "") << "and no gap before " << event.type;
  if (event.type == "checkpoint") {
    const auto position = sequence_of(event.last_event_id);
    for (std::size_t wish = 0; wish < wishes_.size(); ++wish) {
      if (opening_) {
        EXPECT_EQ(snapshots_[wish], history_.snapshot(wishes_[wish], wishes_[wish].types.front(), position));
        seen_[wish] = position;
      } else {
        check_nothing_missed(wish, position, "the checkpoint");
      }
    }
    opening_ = false;
    last_id_ = event.last_event_id;
    return moved_to(position);
  }
  std::size_t wish = 0;
  auto type = event.type;
  if (wishes_.size() > 1) {
    const auto dot = type.find('.');
    const auto named = std::ranges::find(wishes_, type.substr(0, dot), &PlainHistory::Wish::stream);
    ASSERT_NE(named, wishes_.end()) << type;
    wish = static_cast<std::size_t>(named - wishes_.begin());
    type = type.substr(dot + 1);
  }
  const auto sequence = static_cast<event::Sequence>(parse_json(event.data)->as_int());
  if (opening_) {
    snapshots_[wish].push_back(sequence);
    return;
  }
  ASSERT_GT(sequence, seen_[wish]) << "doubled or disordered";
  EXPECT_TRUE(history_.wanted(wishes_[wish], sequence)) << "not its event";
  EXPECT_EQ(type, history_.at(sequence).type);
  check_nothing_missed(wish, sequence - 1, event.type);
  seen_[wish] = sequence;
  last_id_ = event.last_event_id;
  const auto id = "t-" + std::to_string(sequence);
  if (last_id_ != id) {
    EXPECT_EQ(last_id_, id + "-" + std::to_string(wish + 1));
    return;
  }
  for (std::size_t other = 0; other < wishes_.size(); ++other) check_nothing_missed(other, sequence, "the end of");
  moved_to(sequence);
}

void CheckedClient::check_gap(const event::WireEvent& event) {
  ++gaps_;
  const auto gap = *parse_json(event.data);
  const auto reason = gap.find("reason")->as_text();
  const auto to = sequence_of(gap.find("to")->as_text());
  if (opening_) {
    EXPECT_EQ(reason, gap_due_);
    EXPECT_EQ(gap.find("from")->as_text(), "t-" + std::to_string(asked_));
    gap_due_ = "";
    return;
  }
  const auto from = sequence_of(gap.find("from")->as_text());
  EXPECT_EQ(sequence_of(event.last_event_id), to);
  for (std::size_t wish = 0; wish < wishes_.size(); ++wish) check_nothing_missed(wish, from, "the gap from");
  if (reason == "slow") {
    EXPECT_EQ(gap.find("missed")->as_int(), static_cast<std::int64_t>(history_.count_any(wishes_, from, to)));
  } else {
    EXPECT_EQ(reason, "expired");
    EXPECT_LT(to, stage_.log.first());
    bool lost = false;
    for (auto sequence = from + 1; sequence <= to; ++sequence) lost = lost || any_of_types(sequence);
    EXPECT_TRUE(lost) << "a gap over nothing";
  }
  last_id_ = event.last_event_id;
  moved_to(to);
}

void CheckedClient::check_complete() {
  take(SIZE_MAX);
  EXPECT_FALSE(opening_);
  EXPECT_EQ(gap_due_, "");
  for (std::size_t wish = 0; wish < wishes_.size(); ++wish) check_nothing_missed(wish, history_.head(), "the end");
}

void CheckedClient::check_end() {
  take(SIZE_MAX);
  const bool compressed = form_ == FormKind::gzip || form_ == FormKind::zstd;
  EXPECT_EQ(reader_.whole(), compressed);
}

}  // namespace sluice::stream
