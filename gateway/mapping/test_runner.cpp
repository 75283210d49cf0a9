#include <algorithm>
#include <cmath>

#include "base/json.h"
#include "base/text.h"
#include "base/units.h"
#include "mapping/given_capture.h"
#include "mapping/mapper.h"
#include "mapping/publishing.h"
#include "mapping/route.h"
#include "mapping/test_case.h"

namespace sluice::mapping {
namespace {

/// Something that left the mapper: an event or a message to publish.
struct Sent {
  Timestamp at{};
  bool publish = false;
  event::TypeNumber type = 0;
  std::string name;  // the event's, as the test's file calls it, or the topic
  Value key;
  Value content;  // the data, or the payload: JSON decoded where it is some, else a text
  std::string shown;

  std::string line() const { return format_offset() + " " + name + " " + shown; }
  std::string format_offset() const { return format_duration(at.time_since_epoch()); }
};

std::string shown(const Value* value) {
  return value == nullptr ? "nothing" : excerpt(to_json(*value), 400);
}

/// Appends "x.a: expected 2, got 1" for all that differs: objects are compared as subsets, numbers to 1e-9.
void compare(const std::string& path, const Value& expected, const Value* got, std::vector<std::string>& differences) {
  const auto differ = [&] { differences.push_back(path + ": expected " + shown(&expected) + ", got " + shown(got)); };
  if (got == nullptr) {
    // null is expected and not there: the event leaves the field out
    return differ();
  }
  if (expected.is_object() && got->is_object()) {
    for (const auto& member : expected.as_object()) {
      compare(path + "." + std::string(member.key()), member.value, got->find(member.key()), differences);
    }
    return;
  }
  if (expected.is_list() && got->is_list() && expected.as_list().size() == got->as_list().size()) {
    for (std::size_t i = 0; i < expected.as_list().size(); ++i) {
      compare(path + "[" + std::to_string(i) + "]", expected.as_list()[i], &got->as_list()[i], differences);
    }
    return;
  }
  if (expected.is_number() && got->is_number()) {
    if (std::abs(expected.as_number() - got->as_number()) > 1e-9) differ();
    return;
  }
  if (!(expected == *got)) differ();
}

/// Runs one test on a mapper of its own.
class TestRun {
 public:
  TestRun(std::shared_ptr<const MappingSet> set, const TestCase& test, const event::EventCatalog& catalog,
          CaptureSource* captures)
      : set_(std::move(set)), test_(test), catalog_(catalog), captures_(captures), mapper_(set_) {}

  /// The text of the failure; "" when the test passes.
  std::string run() {
    for (const auto& given : test_.given) {
      if (const auto* capture = std::get_if<TestCase::Capture>(&given.what)) {
        give_capture(*capture, given.at);
      } else {
        // after a capture, `at` may be before its end: time does not run backwards
        give(given, std::max(given.at, now_));
      }
    }
    compare_all();
    if (differences_.empty()) return {};
    std::string text = "FAIL " + test_.where + ": " + (test_.name.empty() ? "a test" : test_.name) + "\n";
    for (const auto& difference : differences_) text += "     " + difference + "\n";
    text += "     sent:\n";
    for (const auto& sent : sent_) text += "       " + sent.line() + "\n";
    if (sent_.empty()) text += "       nothing\n";
    text.pop_back();
    return text;
  }

 private:
  void give(const TestCase::Given& given, Timestamp at) {
    const auto* message = std::get_if<message::Message>(&given.what);
    if (message != nullptr && at != given.at) {
      auto later = *message;
      later.time = at;
      return give(&later, at);
    }
    give(message, at);
    if (const auto* post = std::get_if<TestCase::Post>(&given.what)) give_post(*post, at);
  }

  /// `message`: null lets time pass only.
  void give(const message::Message* message, Timestamp at) {
    now_ = at;
    // Timer by timer, so that what they publish has its time.
    for (auto next = mapper_.next_timer(); next && *next <= at; next = mapper_.next_timer()) {
      Output output;
      mapper_.advance(*next, output);
      take(output, *next);
    }
    Output output;
    if (message != nullptr) {
      mapper_.map(*message, output);
    } else {
      mapper_.advance(at, output);
    }
    take(output, at);
  }

  void give_capture(const TestCase::Capture& capture, Timestamp start) {
    if (captures_ == nullptr) {
      differences_.push_back(capture.where + ": captures are not read here: 'sluice check' does");
      return;
    }
    const auto read = captures_->read(capture.path, [&](message::Message&& message) {
      message.time = std::max(start + message.time.time_since_epoch(), now_);
      give(&message, message.time);
    });
    if (!read) differences_.push_back(capture.where + ": " + read.error().text());
  }

  void give_post(const TestCase::Post& post, Timestamp at) {
    const Command* best = nullptr;
    std::vector<std::pair<std::string, std::string>> path;
    for (const auto& command : set_->commands()) {
      auto values = match_route(command.post, post.path);
      if (!values || (best != nullptr && values->size() >= path.size())) continue;  // a literal level wins
      best = &command;
      path = std::move(*values);
    }
    if (best == nullptr) return refuse("post " + post.path + ": no command has this route");
    auto request = best->request(path, post.body);
    if (!request) return refuse("post " + post.path + ": " + request.error().message);
    add_publish(request->publish, at);
  }

  void refuse(std::string text) { failures_.push_back(std::move(text)); }

  void take(const Output& output, Timestamp at) {
    std::size_t publish = 0;
    for (std::size_t i = 0; i <= output.events.size(); ++i) {
      while (publish < output.publishes.size() && output.events_before[publish] == i) {
        add_publish(output.publishes[publish++], at);
      }
      if (i < output.events.size() && !output.events[i].remove) add_event(output.events[i]);
    }
    for (const auto& failure : output.failures) {
      failures_.push_back(failure.where + ": " + failure.message + " (topic " + excerpt(failure.topic) + ")");
    }
  }

  void add_event(const event::Emission& emission) {
    if (test_.only_some && std::find(test_.only.begin(), test_.only.end(), emission.type) == test_.only.end()) return;
    const auto& type = catalog_[emission.type];
    sent_.push_back({.at = emission.time,
                     .publish = false,
                     .type = emission.type,
                     .name = type.file == test_.file ? type.name : type.qualified(),
                     .key = emission.key,
                     .content = emission.fields,
                     .shown = to_json(emission.fields)});
  }

  void add_publish(const message::Publish& publish, Timestamp at) {
    if (test_.only_some && !test_.only_publish) return;
    auto json = parse_json(publish.payload);
    sent_.push_back({.at = at,
                     .publish = true,
                     .type = 0,
                     .name = publish.topic,
                     .key = {},
                     .content = json ? std::move(*json) : Value(publish.payload),
                     .shown = excerpt(publish.payload, 400)});
  }

  void compare_all() {
    const auto count = std::min(sent_.size(), test_.expect.size());
    for (std::size_t i = 0; i < count; ++i) compare_one(test_.expect[i], sent_[i]);
    for (std::size_t i = count; i < test_.expect.size(); ++i) {
      const auto& missing = test_.expect[i];
      differences_.push_back(missing.name + ": expected " +
                             (missing.content ? to_json(*missing.content) : std::string("one")) + ", got nothing");
    }
    for (std::size_t i = count; i < sent_.size(); ++i) {
      differences_.push_back(sent_[i].name + ": expected nothing more, got " + sent_[i].shown);
    }
    if (failures_.size() != test_.errors) {
      differences_.push_back("errors: expected " + std::to_string(test_.errors) + ", got " +
                             std::to_string(failures_.size()));
      for (const auto& failure : failures_) differences_.push_back("  " + failure);
    }
  }

  void compare_one(const TestCase::Expected& expected, const Sent& sent) {
    const bool same = expected.publish == sent.publish &&
                      (expected.publish ? expected.name == sent.name : expected.type == sent.type);
    if (!same) {
      differences_.push_back("expected " + expected.name + ", got " + sent.name + " at " + sent.format_offset());
      return;
    }
    if (expected.at && *expected.at != sent.at) {
      differences_.push_back(sent.name + ": expected at " + format_duration(expected.at->time_since_epoch()) +
                             ", got at " + sent.format_offset());
    }
    if (expected.key) compare(sent.name + " key", *expected.key, &sent.key, differences_);
    if (!expected.content) return;
    if (expected.publish && expected.content->is_text()) {
      if (expected.content->as_text() != sent.shown) compare(sent.name, *expected.content, &sent.content, differences_);
    } else {
      compare(sent.name, *expected.content, &sent.content, differences_);
    }
  }

  std::shared_ptr<const MappingSet> set_;
  const TestCase& test_;
  const event::EventCatalog& catalog_;
  CaptureSource* captures_;
  Mapper mapper_;
  Timestamp now_{};
  std::vector<Sent> sent_;
  std::vector<std::string> failures_;
  std::vector<std::string> differences_;
};

}  // namespace

namespace {

TestReport run_all(const MappingSet& set, const event::EventCatalog& catalog, CaptureSource* captures) {
  TestReport report;
  const std::shared_ptr<const MappingSet> borrowed(std::shared_ptr<const MappingSet>(), &set);
  for (const auto& test : set.tests()) {
    auto failure = TestRun(borrowed, test, catalog, captures).run();
    if (failure.empty()) {
      ++report.passed;
    } else {
      report.failures.push_back({test.where, std::move(failure)});
    }
  }
  return report;
}

}  // namespace

TestReport run_tests(const MappingSet& set, event::EventCatalog& catalog) {
  return run_all(set, catalog, nullptr);
}

TestReport run_tests(const MappingSet& set, event::EventCatalog& catalog, CaptureSource& captures) {
  return run_all(set, catalog, &captures);
}

}  // namespace sluice::mapping
