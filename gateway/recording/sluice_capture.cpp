#include "recording/sluice_capture.h"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "base/date_time.h"
#include "base/json.h"
#include "base/text.h"
#include "recording/base64.h"
#include "recording/line_reader.h"
#include "recording/message_line.h"

namespace sluice::recording {
namespace {

constexpr std::string_view format_name = "sluice-capture";
constexpr std::int64_t format_version = 1;

/// 2026-03-01T08:00:00.250Z
std::string date_time(Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

void write_properties(const message::Properties& properties, std::string& out) {
  auto value = Value::object();
  if (properties.payload_is_utf8) value.set("payload_is_utf8", *properties.payload_is_utf8);
  if (properties.expiry_s) value.set("expiry_s", static_cast<std::int64_t>(*properties.expiry_s));
  if (properties.content_type) value.set("content_type", *properties.content_type);
  if (properties.response_topic) value.set("response_topic", *properties.response_topic);
  if (properties.correlation) {
    std::string base64;
    write_base64(*properties.correlation, base64);
    value.set("correlation_b64", base64);
  }
  if (!properties.user.empty()) {
    Value::List user;
    for (const auto& [name, text] : properties.user) user.push_back(Value::list({name, text}));
    value.set("user", std::move(user));
  }
  write_json(value, out);
}

class SluiceCapture final : public CaptureReader {
 public:
  explicit SluiceCapture(std::unique_ptr<CaptureInput> input) : input_(std::move(input)), lines_(*input_) {}

  Expected<bool> next(CapturedMessage& message) override {
    while (lines_.next()) {
      auto line = lines_.line();
      if (lines_.too_long()) return wrong(fmt::format("is longer than {} bytes", LineReader::longest_line));
      if (trim(line).empty()) continue;
      if (is_header(line)) {
        if (auto read = read_header(line); !read) return wrong(read.error().message);
        continue;
      }
      if (const auto read = read_message_line(line, message); !read) {
        if (lines_.torn()) {
          notes_.push_back(fmt::format("line {}, the last one, is cut and left out", lines_.number()));
          break;
        }
        return wrong("no message of a capture: " + read.error().message);
      }
      has_message_ = true;
      place(message);
      return true;
    }
    tell_end();
    return false;
  }

  std::optional<Timestamp> started() const override { return started_; }
  std::string_view format() const override { return "sluice capture"; }
  std::vector<std::string> notes() const override {
    auto notes = notes_;
    if (!started_ && has_message_) notes.emplace_back("there is no header: the time of day of its start is not known");
    if (held_ > 0) {
      notes.push_back(fmt::format("{} messages have a time before that of the one above: they get that one's", held_));
    }
    return notes;
  }

 private:
  tl::unexpected<Error> wrong(std::string what) const { return unexpected(lines_.where(), std::move(what)); }

  static bool is_header(std::string_view line) { return line.substr(0, 12).find("\"format\"") != line.npos; }

  Expected<void> read_header(std::string_view line) {
    const auto value = parse_json(line);
    if (!value) return unexpected("no header of a capture: " + value.error().message);
    const auto* format = value->find("format");
    if (format == nullptr || !format->is_text() || format->as_text() != format_name) {
      return unexpected(fmt::format("'format' is {}, expected \"{}\"",
                                    format == nullptr ? "not there" : excerpt(to_json(*format), 40), format_name));
    }
    const auto* version = value->find("version");
    if (version == nullptr || !version->is_int() || version->as_int() != format_version) {
      return unexpected(fmt::format("'version' is {}, this sluice reads {}",
                                    version == nullptr ? "not there" : excerpt(to_json(*version), 40), format_version));
    }
    const auto* started = value->find("started");
    const auto time =
        started != nullptr && started->is_text() ? parse_date_time(started->as_text(), Zone()) : std::nullopt;
    if (!time) {
      return unexpected(fmt::format("'started' is {}, expected a time as 2026-03-01T08:00:00.000Z",
                                    started == nullptr ? "not there" : excerpt(to_json(*started), 40)));
    }
    // a capture after another one: its times count from the first one's start
    if (!started_ && !has_message_) started_ = *time;
    base_ = started_ ? std::chrono::microseconds(*time - *started_) : latest_;
    return {};
  }

  void place(CapturedMessage& message) {
    message.place = lines_.number();
    message.time += base_;
    if (message.time < latest_) {
      message.time = latest_;
      ++held_;
    }
    latest_ = message.time;
  }

  void tell_end() {
    if (std::exchange(ended_, true) || input_->fault().empty()) return;
    notes_.push_back(fmt::format("after line {}: {}", lines_.number(), input_->fault()));
  }

  std::unique_ptr<CaptureInput> input_;
  LineReader lines_;
  std::optional<Timestamp> started_;
  std::chrono::microseconds base_{};  // of the capture being read
  std::chrono::microseconds latest_{};
  bool has_message_ = false;
  bool ended_ = false;
  std::uint64_t held_ = 0;
  std::vector<std::string> notes_;
};

}  // namespace

void write_header(const CaptureHeader& header, std::string& out) {
  auto value = Value::object({{"format", format_name}, {"version", format_version}});
  value.set("started", date_time(header.started));
  if (!header.broker.empty()) value.set("broker", header.broker);
  Value::List filters;
  for (const auto& filter : header.filters) filters.emplace_back(filter);
  if (!filters.empty()) value.set("filters", std::move(filters));
  write_json(value, out);
  out += '\n';
}

void write_message(const CapturedMessage& message, std::string& out) {
  const auto& what = message.message;
  fmt::format_to(std::back_inserter(out), R"({{"us":{},"topic":)", message.time.count());
  write_json_text(what.topic, out);
  if (what.qos != 0) fmt::format_to(std::back_inserter(out), R"(,"qos":{})", what.qos);
  if (what.retain) out += R"(,"retain":true)";
  if (!what.payload.empty() && is_utf8(what.payload)) {
    out += R"(,"payload":)";
    write_json_text(what.payload, out);
  } else if (!what.payload.empty()) {
    out += R"(,"b64":")";
    write_base64(what.payload, out);
    out += '"';
  }
  if (message.properties) {
    out += R"(,"properties":)";
    write_properties(*message.properties, out);
  }
  out += "}\n";
}

bool fits_sluice_capture(std::string_view head) {
  const auto line = head.substr(0, head.find('\n'));
  return line.substr(0, 64).find(R"("sluice-capture")") != line.npos || line.starts_with(R"({"us":)");
}

std::unique_ptr<CaptureReader> open_sluice_capture(std::unique_ptr<CaptureInput> input,
                                                   const CaptureOptions& /*options*/) {
  return std::make_unique<SluiceCapture>(std::move(input));
}

}  // namespace sluice::recording
