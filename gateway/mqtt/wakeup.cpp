#include "mqtt/wakeup.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace sluice::mqtt {

Wakeup::Wakeup() : descriptor_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Wakeup::~Wakeup() {
  close(descriptor_);
}

void Wakeup::ring() {
  const std::uint64_t one = 1;
  // It fails only when the counter is full: then it rings already.
  [[maybe_unused]] const auto written = write(descriptor_, &one, sizeof one);
}

bool Wakeup::rang() {
  std::uint64_t count = 0;
  return read(descriptor_, &count, sizeof count) == static_cast<ssize_t>(sizeof count);
}

}  // namespace sluice::mqtt
