#include "stream/forms.h"

#include <cassert>

#include "stream/joined_form.h"
#include "stream/sse_form.h"
#include "stream/websocket_form.h"

namespace sluice::stream {
namespace {

/// Equal for what is written alike.
std::string name_of(FormKind kind, const std::vector<Wish>& wishes, bool joined) {
  auto name = std::to_string(static_cast<int>(kind));
  if (kind == FormKind::websocket) return name;
  for (const auto& wish : wishes) {
    if (joined) name.append(" ").append(wish.stream->name);
    name.append(":").append(std::to_string(static_cast<int>(wish.stream->frame)));
  }
  return name;
}

}  // namespace

std::shared_ptr<const Form> Forms::of(FormKind kind, const std::vector<Wish>& wishes, bool joined) {
  const auto name = name_of(kind, wishes, joined);
  auto& known = by_name_[name];
  if (auto form = known.lock()) return form;
  const std::shared_ptr<const Form> form(make(kind, wishes, joined).release(), [this, name](const Form* gone) {
    by_name_.erase(name);
    delete gone;
  });
  known = form;
  return form;
}

Coding* Forms::coding(FormKind kind) {
  if (kind == FormKind::gzip) {
    if (gzip_ == nullptr) gzip_ = gzip_coding();
    return gzip_.get();
  }
  if (kind == FormKind::zstd) {
    if (zstd_ == nullptr) zstd_ = zstd_coding();
    return zstd_.get();
  }
  return nullptr;
}

std::unique_ptr<const Form> Forms::make(FormKind kind, const std::vector<Wish>& wishes, bool joined) {
  const auto number = ++made_;
  if (kind == FormKind::websocket) {
    assert(!joined);
    return std::make_unique<WebSocketForm>(epoch_, number);
  }
  if (!joined) return std::make_unique<SseForm>(wishes.front().stream->frame, coding(kind), number);
  std::vector<JoinedForm::Name> names;
  for (const auto& wish : wishes) names.push_back({wish.stream->name, wish.stream->frame});
  return std::make_unique<JoinedForm>(std::move(names), epoch_, coding(kind), number);
}

}  // namespace sluice::stream
