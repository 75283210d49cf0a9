#pragma once

namespace sluice::mqtt {

/// A bell that ends a poll(): an eventfd.
///
/// Threads: ring() from any.
class Wakeup {
 public:
  Wakeup();
  ~Wakeup();
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  void ring();
  /// True when it rang since the last call.
  bool rang();
  /// Readable while it rings.
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace sluice::mqtt
