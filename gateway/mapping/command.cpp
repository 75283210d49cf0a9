#include "mapping/command.h"

#include "base/json.h"
#include "mapping/compiled_command.h"
#include "mapping/latest_store.h"

namespace sluice::mapping {
namespace {

tl::unexpected<Refusal> refused(int status, std::string message) {
  return tl::unexpected<Refusal>({status, std::move(message)});
}

std::string as_text(const Value& value) {
  return value.is_text() ? std::string(value.as_text()) : to_json(value);
}

/// Equal values; a part of a path is a text, so a text equals what is written so.
bool same_key(const Value& a, const Value& b) {
  if (a == b) return true;
  if (a.is_null() || b.is_null()) return false;
  return a.is_text() != b.is_text() && as_text(a) == as_text(b);
}

}  // namespace

Expected<Command::Request, Refusal> Command::request(const std::vector<std::pair<std::string, std::string>>& path,
                                                     const Value& body) const {
  Request request;
  request.body = body;
  request.fields = Value::object();
  if (compiled->body != nullptr) {
    if (auto misfit = compiled->body->misfit(body)) return refused(422, "body: " + *misfit);
    if (body.is_object()) request.fields = body;
  } else if (!body.is_null() && !(body.is_object() && body.as_object().empty())) {
    return refused(422, "body: this command takes none");
  }
  for (const auto& [field, value] : path) request.fields.set(field, Value(value));
  const Environment environment{.record = &request.fields, .body = &request.body};
  for (const auto& [field, value] : compiled->set) {
    auto result = value.evaluate(environment);
    if (!result) return refused(400, field + ": " + result.error().message);
    request.fields.set(field, std::move(*result));
  }
  auto publish = compiled->publish.make(environment);
  if (!publish) return refused(400, publish.error().message);
  request.publish = std::move(*publish);
  return request;
}

bool Command::answered_by(const Request& request, const event::Emission& emission) const {
  if (!reply || emission.type != reply->event || emission.remove) return false;
  for (const auto& field : compiled->reply_key) {
    const Value* asked = request.fields.find(field);
    const Value* told = emission.key.find(field);
    if (asked == nullptr || told == nullptr || !same_key(*asked, *told)) return false;
  }
  if (!compiled->reply_when) return true;
  const Value fields = fields_with_key(emission.fields, emission.key);
  const auto holds = compiled->reply_when->holds({.record = &fields, .body = &request.body});
  return holds && *holds;
}

}  // namespace sluice::mapping
