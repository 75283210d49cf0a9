#include "recording/texts/recorder_csv.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "recording/base64.h"
#include "recording/capture_clock.h"
#include "recording/texts/csv_rows.h"
#include "recording/texts/message_fields.h"

namespace sluice::recording {
namespace {

constexpr std::size_t columns = 6;

bool is_printable(std::string_view bytes) {
  return is_utf8(bytes) && std::none_of(bytes.begin(), bytes.end(), [](char c) {
           return static_cast<std::uint8_t>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t';
         });
}

Expected<std::chrono::microseconds> read_row(const std::vector<std::string>& fields, message::Message& message) {
  if (fields.size() != columns) {
    return unexpected(
        fmt::format("{} columns, expected {}: topic, payload, QoS, retain, time, time since the row above",
                    fields.size(), columns));
  }
  if (const auto good = check_topic(fields[0]); !good) return tl::unexpected(good.error());
  const auto qos = read_qos(fields[2]);
  if (!qos) return unexpected(fmt::format("the QoS is '{}', expected 0, 1 or 2", excerpt(fields[2], 40)));
  const auto retain = read_flag(fields[3]);
  if (!retain)
    return unexpected(fmt::format("the retain flag is '{}', expected True or False", excerpt(fields[3], 40)));
  const auto time = parse_epoch(fields[4]);
  if (!time) return unexpected(fmt::format("the time is '{}', expected seconds since 1970", excerpt(fields[4], 40)));
  message.topic = fields[0];
  message.payload = fields[1];
  message.qos = *qos;
  message.retain = *retain;
  return *time;
}

/// Whether the payloads of the rows in `head` are base64.
bool has_base64(std::string_view head) {
  const auto input = CaptureInput::of(std::string(head));
  CsvRows rows(*input);
  message::Message message;
  std::string bytes;
  bool any = false;
  bool padded = false;
  bool printable = true;
  for (auto more = rows.next(); more && *more; more = rows.next()) {
    if (!read_row(rows.fields(), message) || message.payload.empty()) continue;
    if (!read_base64(message.payload, bytes)) return false;
    any = true;
    padded = padded || message.payload.ends_with('=');
    printable = printable && is_printable(bytes);
  }
  return any && (padded || printable);
}

class RecorderCsvReader final : public CaptureReader {
 public:
  explicit RecorderCsvReader(std::unique_ptr<CaptureInput> input)
      : input_(std::move(input)), base64_(has_base64(whole_lines(input_->head()))), rows_(*input_) {}

  Expected<bool> next(CapturedMessage& message) override {
    const auto more = rows_.next();
    if (!more || !*more) return more;
    const auto time = read_row(rows_.fields(), message.message);
    if (!time) return unexpected(rows_.where(), time.error().message);
    if (base64_) {
      const auto& text = rows_.fields()[1];
      if (!read_base64(text, message.message.payload)) {
        return unexpected(rows_.where(), fmt::format("the payload '{}' is no base64, as those of the first rows are",
                                                     excerpt(text, 40)));
      }
    }
    message.time = clock_.since_start(*time);
    message.properties.reset();
    message.place = rows_.line();
    return true;
  }

  std::optional<Timestamp> started() const override { return clock_.started(); }
  std::string_view format() const override { return "mqtt-recorder CSV"; }
  std::vector<std::string> notes() const override {
    std::vector<std::string> notes{base64_ ? "payloads are read as base64: those of all the first rows are"
                                           : "payloads are read as text"};
    clock_.add_notes(notes);
    return notes;
  }

 private:
  std::unique_ptr<CaptureInput> input_;
  bool base64_;
  CsvRows rows_;
  CaptureClock clock_;
};

}  // namespace

bool fits_recorder_csv(std::string_view head) {
  const auto input = CaptureInput::of(std::string(head));
  CsvRows rows(*input);
  message::Message message;
  const auto row = rows.next();
  return row && *row && read_row(rows.fields(), message).has_value();
}

std::unique_ptr<CaptureReader> open_recorder_csv(std::unique_ptr<CaptureInput> input, const CaptureOptions&) {
  return std::make_unique<RecorderCsvReader>(std::move(input));
}

}  // namespace sluice::recording
