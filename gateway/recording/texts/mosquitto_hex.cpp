#include "recording/texts/mosquitto_hex.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "recording/capture_clock.h"
#include "recording/line_reader.h"
#include "recording/texts/message_fields.h"

namespace sluice::recording {
namespace {

/// Takes the text before the next space off the front of `rest`.
std::string_view take_field(std::string_view& rest) {
  const auto field = rest.substr(0, rest.find(' '));
  rest.remove_prefix(std::min(rest.size(), field.size() + 1));
  return field;
}

tl::unexpected<Error> not_so(std::string_view what, std::string_view found, std::string_view expected) {
  return unexpected(
      fmt::format("{} is '{}', expected {}: a line is %U %q %r %l %x %t", what, excerpt(found, 40), expected));
}

/// Fills the message but for its time.
Expected<std::chrono::microseconds> read_line(std::string_view line, message::Message& message) {
  const auto time_text = take_field(line);
  const auto time = parse_epoch(time_text);
  if (!time) return not_so("the time", time_text, "seconds since 1970");
  const auto qos_text = take_field(line);
  const auto qos = read_qos(qos_text);
  if (!qos) return not_so("the QoS", qos_text, "0, 1 or 2");
  const auto retain_text = take_field(line);
  const auto retain = read_flag(retain_text);
  if (!retain) return not_so("the retain flag", retain_text, "0 or 1");
  const auto length_text = take_field(line);
  const auto length = parse_int(length_text);
  if (!length || *length < 0) return not_so("the length", length_text, "a number of bytes");
  const auto payload = take_field(line);
  if (!read_hex(payload, message.payload)) return not_so("the payload", payload, "hexadecimal digits, two a byte");
  if (message.payload.size() != static_cast<std::size_t>(*length)) {
    return unexpected(fmt::format("the payload has {} bytes where its length says {}: the line is cut or changed",
                                  message.payload.size(), *length));
  }
  if (const auto good = check_topic(line); !good) return tl::unexpected(good.error());
  message.topic = line;
  message.qos = *qos;
  message.retain = *retain;
  return *time;
}

class MosquittoHexReader final : public CaptureReader {
 public:
  explicit MosquittoHexReader(std::unique_ptr<CaptureInput> input) : input_(std::move(input)), lines_(*input_) {}

  Expected<bool> next(CapturedMessage& message) override {
    do {
      if (!lines_.next()) {
        if (!input_->fault().empty() && !told_fault_) {
          told_fault_ = true;
          return unexpected(lines_.where(), input_->fault());
        }
        return false;
      }
    } while (lines_.line().empty());
    if (lines_.too_long()) return unexpected(lines_.where(), "the line is too long for an MQTT message");
    const auto time = read_line(lines_.line(), message.message);
    if (!time) return unexpected(lines_.where(), time.error().message);
    message.time = clock_.since_start(*time);
    message.properties.reset();
    message.place = lines_.number();
    return true;
  }

  std::optional<Timestamp> started() const override { return clock_.started(); }
  std::string_view format() const override { return "mosquitto_sub -F '%U %q %r %l %x %t'"; }
  std::vector<std::string> notes() const override {
    std::vector<std::string> notes;
    clock_.add_notes(notes);
    return notes;
  }

 private:
  std::unique_ptr<CaptureInput> input_;
  LineReader lines_;
  CaptureClock clock_;
  bool told_fault_ = false;
};

}  // namespace

bool fits_mosquitto_hex(std::string_view head) {
  message::Message message;
  auto lines = whole_lines(head);
  while (lines.starts_with('\n') || lines.starts_with('\r')) lines.remove_prefix(1);
  auto line = lines.substr(0, lines.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (read_line(line, message)) return true;
  // One message may be larger than the head.
  const auto time = take_field(line);
  const auto qos = take_field(line);
  const auto retain = take_field(line);
  const auto length = take_field(line);
  std::string payload;
  const auto digits = line.substr(0, line.size() / 2 * 2);
  return parse_epoch(time) && read_qos(qos) && read_flag(retain) && parse_int(length) && line.size() > 1024 &&
         read_hex(digits, payload);
}

std::unique_ptr<CaptureReader> open_mosquitto_hex(std::unique_ptr<CaptureInput> input, const CaptureOptions&) {
  return std::make_unique<MosquittoHexReader>(std::move(input));
}

}  // namespace sluice::recording
