#include "cli/convert.h"

#include <cstdio>

#include "cli/cli.h"
#include "cli/terminal.h"
#include "message/topic_filter.h"
#include "recording/capture_reader.h"
#include "recording/excerpt_reader.h"

namespace sluice::cli {
namespace {

constexpr int most_faults = 20;  // that are told one by one

int fail(const Error& error) {
  std::fprintf(stderr, "%s\n", error.text().c_str());
  return exit_failed;
}

/// The messages of a capture on their way into another one.
class Conversion {
 public:
  Conversion(recording::CaptureReader& reader, const recording::RecorderOptions& output,
             const std::vector<std::string>& filters)
      : reader_(reader), output_(output), filters_(filters) {}

  int run() {
    recording::CapturedMessage message;
    for (;;) {
      const auto read = reader_.next(message);
      if (!read) {
        tell_fault(read.error());
      } else if (!*read) {
        break;
      } else if (const auto written = write(message); !written) {
        return fail(written.error());
      } else if (!*written) {
        full_ = true;
        break;
      }
    }
    if (recorder_ != nullptr) {
      if (const auto closed = recorder_->close(); !closed) return fail(closed.error());
    }
    tell_end();
    return recorder_ == nullptr ? exit_failed : exit_ok;
  }

 private:
  Expected<bool> write(const recording::CapturedMessage& message) {
    if (recorder_ == nullptr) {
      recording::CaptureHeader header;
      header.started = reader_.started().value_or(Timestamp{});
      header.filters = filters_;
      auto recorder = recording::Recorder::start(output_, header);
      if (!recorder) return tl::unexpected(recorder.error());
      recorder_ = std::move(*recorder);
    }
    return recorder_->add(message);
  }

  void tell_fault(const Error& error) {
    if (++faults_ <= most_faults) std::fprintf(stderr, "%s\n", error.text().c_str());
  }

  void tell_end() const {
    if (faults_ > most_faults) std::fprintf(stderr, "and %d more faults\n", faults_ - most_faults);
    for (const auto& note : reader_.notes()) std::fprintf(stderr, "note: %s\n", note.c_str());
    std::fprintf(stderr, "%s: %s messages%s\n", std::string(reader_.format()).c_str(),
                 grouped(recorder_ == nullptr ? 0 : recorder_->messages()).c_str(), full_ ? "; --max is reached" : "");
  }

  recording::CaptureReader& reader_;
  const recording::RecorderOptions& output_;
  const std::vector<std::string>& filters_;
  std::unique_ptr<recording::Recorder> recorder_;
  int faults_ = 0;
  bool full_ = false;
};

}  // namespace

int convert(const std::string& input, const recording::RecorderOptions& output, const std::vector<std::string>& filters,
            const std::string& direction) {
  using Direction = recording::CaptureOptions::Direction;
  recording::CaptureOptions options;
  if (direction == "to-broker") options.direction = Direction::to_broker;
  if (direction == "from-broker") options.direction = Direction::from_broker;
  auto whole = recording::open_capture(input, options);
  if (!whole) {
    std::fprintf(stderr, "%s\n", whole.error().text().c_str());
    return exit_no_input;
  }
  recording::ExcerptOptions wanted;
  if (filters != std::vector<std::string>{"#"}) {
    for (const auto& filter : filters)
      wanted.filters.push_back(*message::TopicFilter::parse(filter));  // as read before
  }
  recording::ExcerptReader reader(std::move(*whole), std::move(wanted));
  return Conversion(reader, output, filters).run();
}

}  // namespace sluice::cli
