#include <filesystem>

#include "base/text.h"
#include "mapping/codecs/codec_kinds.h"
#include "mapping/publishing.h"
#include "mapping/test_case.h"

namespace sluice::mapping {
namespace {

/// Reads one test.
class TestReader {
 public:
  TestReader(const YamlNode& node, MappingFile& file, const LoadScope& load)
      : node_(node), file_(file), load_(load), report_(file.report) {}

  std::optional<TestCase> run() {
    const auto errors = report_.count();
    if (!report_.parts(node_, {"name", "given", "expect", "only", "errors"}, "a test")) return std::nullopt;
    test_.where = report_.where(node_);
    test_.file = file_.name;
    if (const auto* name = node_.find("name")) test_.name = report_.text(*name, "name").value_or("");
    const auto* given = node_.find("given");
    const auto* expect = node_.find("expect");
    if (given == nullptr || !given->is_list()) {
      report_.error(node_, "test needs 'given', a list");
    } else {
      for (const auto& one : given->children) read_given(one);
    }
    if (expect == nullptr || !expect->is_list()) {
      report_.error(node_, "test needs 'expect', a list");
    } else {
      for (const auto& one : expect->children) read_expected(one);
    }
    if (const auto* only = node_.find("only")) read_only(*only);
    if (const auto* wrong = node_.find("errors")) {
      test_.errors = static_cast<std::size_t>(report_.integer(*wrong, "errors", 0, 1'000'000).value_or(0));
    }
    if (report_.count() != errors) return std::nullopt;
    return std::move(test_);
  }

 private:
  /// A time from the start: 0 counts too, with or without a unit.
  std::optional<Timestamp> time(const YamlNode& node) {
    if (node.is_scalar()) {
      const auto digits = node.text.find_first_not_of("0");
      const bool zero = digits == std::string::npos || node.text.find_first_of("123456789") == std::string::npos;
      if (zero && !node.text.empty() && node.text.front() == '0') return Timestamp{};
    }
    const auto duration = report_.duration(node);
    if (!duration) return std::nullopt;
    return Timestamp(*duration);
  }

  void read_given(const YamlNode& node) {
    if (node.is_map() && node.find("capture") != nullptr) return read_capture(node);
    if (!report_.parts(node, {"at", "topic", "payload", "hex", "retain", "post", "body"}, "given")) return;
    TestCase::Given given;
    read_at(node);
    given.at = now_;
    if (node.find("post") != nullptr) {
      read_post(node, given);
    } else if (node.find("topic") != nullptr) {
      read_message(node, given);
    }
    test_.given.push_back(std::move(given));
  }

  void read_capture(const YamlNode& node) {
    if (!report_.parts(node, {"at", "capture"}, "given")) return;
    const auto& named = *node.find("capture");
    const auto path = report_.text(named, "capture");
    if (!path) return;
    read_at(node);
    const auto beside = std::filesystem::path(file_.path).parent_path() / *path;
    test_.given.push_back({now_, TestCase::Capture{beside.string(), report_.where(named)}});
  }

  void read_at(const YamlNode& node) {
    const auto* at = node.find("at");
    const auto when = at == nullptr ? std::nullopt : time(*at);
    if (!when) return;
    if (*when < now_) report_.error(*at, "at is before the one above");
    now_ = *when;
  }

  void read_post(const YamlNode& node, TestCase::Given& given) {
    TestCase::Post post;
    post.path = report_.text(*node.find("post"), "post").value_or("");
    if (const auto* body = node.find("body")) post.body = literal(*body);
    given.what = std::move(post);
  }

  void read_message(const YamlNode& node, TestCase::Given& given) {
    message::Message message;
    const auto* topic = node.find("topic");
    message.topic = topic->text;
    if (!message::is_topic_name(message.topic))
      report_.error(*topic, "topic is " + shown(*topic) + ", expected a topic name");
    message.time = now_;
    const auto* payload = node.find("payload");
    const auto* hex = node.find("hex");
    if (payload != nullptr && hex != nullptr) report_.error(*hex, "given has both payload and hex");
    if (payload != nullptr) message.payload = payload_of(literal(*payload));
    if (hex != nullptr) {
      auto bytes = hex_codec()->decode(hex->text, 0);
      if (bytes) {
        message.payload = std::move(*bytes);
      } else {
        report_.error(*hex, "hex is " + shown(*hex) + ", expected two hexadecimal digits a byte");
      }
    }
    if (const auto* retain = node.find("retain")) message.retain = report_.boolean(*retain, "retain").value_or(false);
    given.what = std::move(message);
  }

  void read_expected(const YamlNode& node) {
    if (!report_.parts(node, {"at", "event", "key", "data", "publish", "payload"}, "expect")) return;
    TestCase::Expected expected;
    if (const auto* at = node.find("at")) expected.at = time(*at);
    const auto* event = node.find("event");
    const auto* publish = node.find("publish");
    if ((event == nullptr) == (publish == nullptr)) {
      return report_.error(node, "expect needs either 'event' or 'publish'");
    }
    expected.publish = publish != nullptr;
    expected.name = (expected.publish ? publish : event)->text;
    for (const auto* name : {"key", "data"}) {
      if (const auto* part = node.find(name); part != nullptr && expected.publish) {
        report_.error(*part, std::string(name) + " belongs to an event, not to a publish");
      }
    }
    if (const auto* payload = node.find("payload"); payload != nullptr && !expected.publish) {
      report_.error(*payload, "payload belongs to a publish: an event has data");
    }
    if (event != nullptr) {
      if (const auto type = event_type(*event)) expected.type = *type;
      if (const auto* key = node.find("key")) expected.key = literal(*key);
    }
    if (const auto* content = node.find(expected.publish ? "payload" : "data")) expected.content = literal(*content);
    test_.expect.push_back(std::move(expected));
  }

  std::optional<event::TypeNumber> event_type(const YamlNode& node) {
    const auto event = load_.events.find(file_.name, node.text);
    if (event) return (*event)->number;
    report_.error(node, event.error().message);
    return std::nullopt;
  }

  void read_only(const YamlNode& node) {
    test_.only_some = true;
    const auto read = [this](const YamlNode& one) {
      if (one.is_scalar() && one.text == "publish") {
        test_.only_publish = true;
      } else if (const auto type = event_type(one)) {
        test_.only.push_back(*type);
      }
    };
    if (!node.is_list()) return read(node);
    for (const auto& one : node.children) read(one);
  }

  const YamlNode& node_;
  MappingFile& file_;
  const LoadScope& load_;
  Report& report_;
  Timestamp now_{};
  TestCase test_;
};

}  // namespace

std::vector<TestCase> read_tests(MappingFile& file, const LoadScope& load) {
  std::vector<TestCase> tests;
  const auto* section = file.section("tests");
  if (section == nullptr) return tests;
  if (!section->is_list()) {
    file.report.error(*section, "tests is " + shown(*section) + ", expected a list");
    return tests;
  }
  for (const auto& node : section->children) {
    if (auto test = TestReader(node, file, load).run()) tests.push_back(std::move(*test));
  }
  return tests;
}

}  // namespace sluice::mapping
