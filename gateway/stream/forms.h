#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "stream/coding.h"
#include "stream/form.h"
#include "stream/request.h"

namespace sluice::stream {

/// The forms in which a feed's connections are written: one of each as long as some selection has it.
///
/// Threads: its feed's. It outlives its forms.
class Forms {
 public:
  explicit Forms(std::string epoch) : epoch_(std::move(epoch)) {}

  /// `joined`: the wishes stand on one connection and their events are named by stream; else there is one wish.
  std::shared_ptr<const Form> of(FormKind kind, const std::vector<Wish>& wishes, bool joined);

 private:
  Coding* coding(FormKind kind);
  std::unique_ptr<const Form> make(FormKind kind, const std::vector<Wish>& wishes, bool joined);

  const std::string epoch_;
  std::unique_ptr<Coding> gzip_;  // made when first asked for
  std::unique_ptr<Coding> zstd_;
  std::uint64_t made_ = 0;
  std::unordered_map<std::string, std::weak_ptr<const Form>> by_name_;
};

}  // namespace sluice::stream
