#include "stream/interest_index.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "stream/selection.h"
#include "stream/sse_form.h"
#include "support/stream/stage.h"

namespace sluice::stream {
namespace {

constexpr event::TypeNumber gap_type = 0;
constexpr event::TypeNumber type = 1;

class InterestIndexTest : public testing::Test {
 protected:
  Interest& add(std::shared_ptr<const event::StreamFilter> when, Value query, std::vector<std::string> path = {}) {
    event::StreamSpec spec;
    spec.events = {type};
    spec.when = std::move(when);
    spec.path_fields = {"k"};
    const Wish wish{std::make_shared<const event::StreamSpec>(std::move(spec)), std::move(query), std::move(path)};
    selections.push_back(std::make_unique<Selection>("", form, std::vector{wish}, std::vector{&clients}, 0,
                                                     Selection::Commons{gap_type, recent, rewritten}));
    auto& interest = selections.back()->interests().front();
    index.add(interest);
    return interest;
  }
  Interest& wants(Value::List values) {
    return add(key_in_query("k", "k"), Value::object({{"k", Value(std::move(values))}}));
  }
  /// Whom an event with that key interests, by the order in which they came.
  std::vector<std::size_t> hit(Value key, event::TypeNumber of = type) {
    event::Event event;
    event.type = of;
    event.key = Value::object({{"k", std::move(key)}});
    event.fields = Value::object({{"v", 5}});
    std::vector<std::size_t> hits;
    index.each(event, [&](const Selection& selection, Parts) {
      for (std::size_t i = 0; i < selections.size(); ++i) {
        if (selections[i].get() == &selection) hits.push_back(i);
      }
    });
    std::ranges::sort(hits);
    return hits;
  }
  using Hits = std::vector<std::size_t>;

  std::uint64_t recent = 0;
  metrics::Gauge clients;
  RewrittenEvents rewritten{1000};
  std::shared_ptr<const Form> form = std::make_shared<const SseForm>(event::Frame::event, nullptr, 1);
  std::vector<std::unique_ptr<Selection>> selections;
  InterestIndex index{gap_type};
};

TEST_F(InterestIndexTest, FindsByKey) {
  wants({"a"});
  wants({"b", "a"});
  wants({"b"});
  EXPECT_EQ(hit("a"), (Hits{0, 1}));
  EXPECT_EQ(hit("c"), Hits{});
}

TEST_F(InterestIndexTest, ValueNamedTwiceIsOneHit) {
  wants({"a", "a"});
  EXPECT_EQ(hit("a"), Hits{0});
}

TEST_F(InterestIndexTest, EqualTextsOfDifferentValuesAreToldApart) {
  wants({"2"});
  wants({2});
  wants({2.0});
  EXPECT_EQ(hit("2"), Hits{0});
  EXPECT_EQ(hit(2), (Hits{1, 2}));
}

TEST_F(InterestIndexTest, EqualNumbersHaveOneText) {
  wants({0});
  wants({1e17});
  wants({2.5});
  EXPECT_EQ(hit(-0.0), Hits{0});
  EXPECT_EQ(hit(std::int64_t{100'000'000'000'000'000}), Hits{1});
  EXPECT_EQ(hit(2.5), Hits{2});
}

TEST_F(InterestIndexTest, PathComparesAsText) {
  add(nullptr, {}, {"2"});
  EXPECT_EQ(hit("2"), Hits{0});
  EXPECT_EQ(hit(2), Hits{0});
  EXPECT_EQ(hit(3), Hits{});
}

TEST_F(InterestIndexTest, WithoutTestsEveryEventOfTheTypeEnters) {
  add(nullptr, {});
  wants({"a"});
  EXPECT_EQ(hit("b"), Hits{0});
  EXPECT_EQ(hit("b", 2), Hits{});
}

TEST_F(InterestIndexTest, TheRestIsAsked) {
  add(field_at_least_query("v", "least"), Value::object({{"least", 5}}));
  add(field_at_least_query("v", "least"), Value::object({{"least", 6}}));
  EXPECT_EQ(hit("a"), Hits{0});
}

TEST_F(InterestIndexTest, GapEntersAll) {
  wants({"a"});
  add(nullptr, {});
  EXPECT_EQ(hit("z", gap_type), (Hits{0, 1}));
}

TEST_F(InterestIndexTest, RemovedIsNotHit) {
  auto& first = wants({"a", "b"});
  wants({"a"});
  index.remove(first);
  EXPECT_EQ(hit("a"), Hits{1});
  EXPECT_EQ(hit("b"), Hits{});
  EXPECT_EQ(hit("z", gap_type), Hits{1});
}

}  // namespace
}  // namespace sluice::stream
