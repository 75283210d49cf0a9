#include "recording/capture_formats.h"

#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "recording/sluice_capture.h"

namespace sluice::recording {
namespace {

constexpr std::array formats{
    CaptureFormat{"sluice capture", fits_sluice_capture, open_sluice_capture},
};

}  // namespace

std::span<const CaptureFormat> capture_formats() {
  return formats;
}

Expected<std::unique_ptr<CaptureReader>> open_capture(std::unique_ptr<CaptureInput> input,
                                                      const CaptureOptions& options) {
  const auto head = input->head();
  for (const auto& format : formats) {
    if (format.fits(head)) return format.open(std::move(input), options);
  }
  if (!input->fault().empty() && head.empty()) return unexpected(input->name(), input->fault());
  if (head.empty()) return unexpected(input->name(), "is empty, expected a capture");
  std::string names;
  for (const auto& format : formats) names += (names.empty() ? "" : ", ") + std::string(format.name);
  return unexpected(input->name(), fmt::format("begins with '{}', which is no capture that is understood here: {}",
                                               excerpt(head.substr(0, 40), 40), names));
}

Expected<std::unique_ptr<CaptureReader>> open_capture(const std::string& path, const CaptureOptions& options) {
  auto input = CaptureInput::open(path, options.progress);
  if (!input) return tl::unexpected(input.error());
  return open_capture(std::move(*input), options);
}

}  // namespace sluice::recording
