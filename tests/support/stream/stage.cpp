#include "support/stream/stage.h"

namespace sluice::stream {
namespace {

class KeyTests final : public event::EventFilter {
 public:
  explicit KeyTests(std::vector<std::pair<std::string, std::vector<Value>>> tests) : tests_(std::move(tests)) {}
  bool never() const override { return false; }
  const std::vector<std::pair<std::string, std::vector<Value>>>& key_tests() const override { return tests_; }
  bool key_only() const override { return true; }
  bool matches(const Value&, const Value&) const override { return false; }  // never asked

 private:
  std::vector<std::pair<std::string, std::vector<Value>>> tests_;
};

class KeyInQuery final : public event::StreamFilter {
 public:
  KeyInQuery(std::string field, std::string parameter) : field_(std::move(field)), parameter_(std::move(parameter)) {}
  bool reads_fields(event::TypeNumber) const override { return false; }
  bool reads_query(std::string_view name) const override { return name == parameter_; }
  std::unique_ptr<event::EventFilter> fold(event::TypeNumber, const Value& query) const override {
    const auto* wanted = query.find(parameter_);
    if (wanted == nullptr || wanted->is_null()) return std::make_unique<KeyTests>(KeyTests({}));
    return std::make_unique<KeyTests>(KeyTests({{field_, wanted->as_list()}}));
  }

 private:
  std::string field_;
  std::string parameter_;
};

class FieldAtLeast final : public event::EventFilter {
 public:
  FieldAtLeast(std::string field, std::int64_t bound) : field_(std::move(field)), bound_(bound) {}
  bool never() const override { return false; }
  const std::vector<std::pair<std::string, std::vector<Value>>>& key_tests() const override { return none_; }
  bool key_only() const override { return false; }
  bool matches(const Value&, const Value& fields) const override {
    const auto* value = fields.find(field_);
    return value != nullptr && value->as_int() >= bound_;
  }

 private:
  std::vector<std::pair<std::string, std::vector<Value>>> none_;
  std::string field_;
  std::int64_t bound_;
};

class FieldAtLeastQuery final : public event::StreamFilter {
 public:
  FieldAtLeastQuery(std::string field, std::string parameter)
      : field_(std::move(field)), parameter_(std::move(parameter)) {}
  bool reads_fields(event::TypeNumber) const override { return true; }
  std::unique_ptr<event::EventFilter> fold(event::TypeNumber, const Value& query) const override {
    const auto* bound = query.find(parameter_);
    return std::make_unique<FieldAtLeast>(field_, bound == nullptr ? INT64_MIN : bound->as_int());
  }

 private:
  std::string field_;
  std::string parameter_;
};

FeedOptions for_tests(FeedOptions options, const Clock& clock) {
  options.retry_min_ms = options.retry_max_ms = 2500;
  options.clock = &clock;
  return options;
}

}  // namespace

std::shared_ptr<const event::StreamFilter> key_in_query(std::string field, std::string parameter) {
  return std::make_shared<KeyInQuery>(std::move(field), std::move(parameter));
}

std::shared_ptr<const event::StreamFilter> field_at_least_query(std::string field, std::string parameter) {
  return std::make_shared<FieldAtLeastQuery>(std::move(field), std::move(parameter));
}

Stage::Stage(history::Retention retention, FeedOptions options)
    : log(retention, "t"), hub(log, catalog, &registry), feed(hub, for_tests(options, clock)) {}

std::vector<event::TypeNumber> Stage::types(std::initializer_list<std::string_view> names) {
  std::vector<event::TypeNumber> numbers;
  for (const auto name : names) numbers.push_back(type(name));
  return numbers;
}

event::StreamSpec Stage::stream(std::string name, std::initializer_list<std::string_view> events) {
  event::StreamSpec spec;
  spec.name = std::move(name);
  spec.events = types(events);
  return spec;
}

void Stage::declare(event::StreamSpec spec) {
  std::vector<event::StreamSpec> specs;
  specs.push_back(std::move(spec));
  declare(std::move(specs));
}

void Stage::declare(std::vector<event::StreamSpec> specs) {
  hub.declare(std::move(specs));
}

void Stage::emit(std::string_view name, std::string_view key, Value data) {
  const auto time = at_ms(static_cast<std::int64_t>(log.next()));
  hub.append({.type = type(name), .time = time, .key = Value::object({{"k", key}}), .fields = std::move(data)});
  hub.commit();
}

void Stage::remove(std::string_view name, std::string_view key) {
  hub.append({.type = type(name), .time = {}, .key = Value::object({{"k", key}}), .fields = {}, .remove = true});
  hub.commit();
}

std::unique_ptr<Cursor> Stage::open(std::string_view stream, std::optional<std::string> last_event_id, Value query,
                                    std::vector<std::string> path_values) {
  return feed.open({hub.find(stream), std::move(query), std::move(path_values), std::move(last_event_id)}, now_ms);
}

std::string Stage::take(Cursor& cursor, std::size_t bytes) {
  std::string all;
  while (all.size() < bytes) {
    const auto due = cursor.due().substr(0, bytes - all.size());
    if (due.empty()) break;
    all.append(due);
    cursor.sent(due.size(), now_ms);
  }
  return all;
}

std::string Stage::live(Cursor& cursor) {
  advance();
  return take(cursor);
}

}  // namespace sluice::stream
