#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "mapping/sparkplug/session.h"
#include "sparkplug/encode.h"

namespace sluice::mapping::sparkplug {

/// A payload written in a line: `Message().seq(0).named("a", 7, pb::Int32).whole(5)`.
class Message {
 public:
  Message& seq(std::uint64_t number) {
    payload_.set_seq(number);
    return *this;
  }
  Message& sent_at(std::uint64_t ms) {
    payload_.set_timestamp(ms);
    return *this;
  }
  /// The number that pairs a death with its birth.
  Message& bd_seq(std::uint64_t number) {
    auto& metric = *payload_.add_metrics();
    metric.set_name("bdSeq");
    metric.set_datatype(pb::Int64);
    metric.set_long_value(number);
    return *this;
  }
  /// A metric as a birth names it.
  Message& named(const std::string& name, std::optional<std::uint64_t> alias, pb::DataType datatype) {
    auto& metric = *payload_.add_metrics();
    metric.set_name(name);
    if (alias) metric.set_alias(*alias);
    metric.set_datatype(static_cast<std::uint32_t>(datatype));
    return *this;
  }
  /// A metric as data has it: without name and datatype.
  Message& alias(std::uint64_t number) {
    payload_.add_metrics()->set_alias(number);
    return *this;
  }
  Message& by_name(const std::string& name) {
    payload_.add_metrics()->set_name(name);
    return *this;
  }
  // Of the last metric:
  Message& whole(std::uint32_t value) {
    last().set_int_value(value);
    return *this;
  }
  Message& real(double value) {
    last().set_double_value(value);
    return *this;
  }
  Message& text(const std::string& value) {
    last().set_string_value(value);
    return *this;
  }
  Message& at(std::uint64_t ms) {
    last().set_timestamp(ms);
    return *this;
  }
  Message& historical() {
    last().set_is_historical(true);
    return *this;
  }
  Message& quality(std::uint32_t code) {
    auto& properties = *last().mutable_properties();
    properties.add_keys("Quality");
    auto& value = *properties.add_values();
    value.set_type(pb::Int32);
    value.set_int_value(code);
    return *this;
  }
  pb::Payload::Metric& last() { return *payload_.mutable_metrics(payload_.metrics_size() - 1); }
  std::string bytes() const { return encoded(payload_); }

 private:
  pb::Payload payload_;
};

/// A session that hears messages of the node plant/n1 and says in short what came of them.
class SparkplugSession : public testing::Test {
 protected:
  using Lines = std::vector<std::string>;

  /// What became of it: `metric value quality`, `device/metric value quality`; nothing of bdSeq.
  Lines hear(std::string_view topic, const Message& message, std::int64_t ms = 0) {
    return hear_bytes(topic, message.bytes(), ms);
  }
  Lines hear_bytes(std::string_view topic, std::string_view bytes, std::int64_t ms = 0) {
    output_ = {};
    session_->receive(topic, bytes, at_ms(ms), output_);
    Lines lines;
    for (const auto& record : output_.records) {
      const auto metric = std::string(record.find("metric")->as_text());
      if (metric == "bdSeq") continue;
      const auto* device = record.find("device");
      lines.push_back((device->is_null() ? metric : std::string(device->as_text()) + "/" + metric) + " " +
                      to_json(*record.find("value")) + " " + std::string(record.find("quality")->as_text()));
    }
    return lines;
  }
  bool asked() const { return !output_.publishes.empty(); }
  const Lines& errors() const { return output_.errors; }
  const Session::Counts& counts() const { return session_->counts(); }
  void limit(const Limits& limits) { session_ = std::make_unique<Session>(limits); }

  /// NBIRTH 0 of the node with `up` (alias 1, Int32) and DBIRTH 1 of pump with `rpm` (alias 2, Int16).
  void be_born(std::uint64_t bd_seq = 0, std::int64_t ms = 0) {
    hear(nbirth, Message().seq(0).bd_seq(bd_seq).named("up", 1, pb::Int32).whole(1), ms);
    hear(dbirth, Message().seq(1).named("rpm", 2, pb::Int16).whole(900), ms);
  }

  static constexpr std::string_view nbirth = "spBv1.0/plant/NBIRTH/n1";
  static constexpr std::string_view ndeath = "spBv1.0/plant/NDEATH/n1";
  static constexpr std::string_view ndata = "spBv1.0/plant/NDATA/n1";
  static constexpr std::string_view dbirth = "spBv1.0/plant/DBIRTH/n1/pump";
  static constexpr std::string_view ddeath = "spBv1.0/plant/DDEATH/n1/pump";
  static constexpr std::string_view ddata = "spBv1.0/plant/DDATA/n1/pump";

  std::unique_ptr<Session> session_ = std::make_unique<Session>();
  Session::Output output_;
};

}  // namespace sluice::mapping::sparkplug
