#include "mapping/record.h"

namespace sluice::mapping {
namespace {

constexpr std::size_t kept_payload_bytes = 128;  // a little more than a failure's excerpt shows

struct OwningOrigin final : Origin {
  message::Message own_message;
  Value own_payload;
};

}  // namespace

std::shared_ptr<const Origin> Origin::keep() const {
  if (auto owned = self.lock()) return owned;
  if (kept != nullptr) return kept;
  auto copy = std::make_shared<OwningOrigin>();
  copy->own_message.topic = message->topic;
  copy->own_message.payload = message->payload.substr(0, kept_payload_bytes);
  copy->own_message.time = message->time;
  copy->own_message.qos = message->qos;
  copy->own_message.retain = message->retain;
  copy->message = &copy->own_message;
  if (payload != nullptr) {
    copy->own_payload = *payload;
    copy->payload = &copy->own_payload;
  }
  copy->self = std::weak_ptr<const Origin>(copy);
  kept = copy;
  return kept;
}

}  // namespace sluice::mapping
