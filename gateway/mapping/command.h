#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/expected.h"
#include "base/value.h"
#include "event/event.h"
#include "message/message.h"

namespace sluice::mapping {

/// Why a command was not sent: an HTTP status (400: a value that the topic must not hold; 422: the body does not fit
/// its type) and a sentence.
struct Refusal {
  int status = 400;
  std::string message;
};

/// A `POST` that becomes an MQTT message (mapping-language "commands").
///
/// Threads: any (immutable).
class Command {
 public:
  struct Reply {
    event::TypeNumber event = 0;
    milliseconds within{};
  };
  /// One accepted request: what to publish, and what its reply is compared with.
  struct Request {
    message::Publish publish;
    Value fields;  // placeholders, body fields and what `set` made of them
    Value body;
  };

  std::string name;  // file.name
  std::string post;  // the route: /desks/{desk}/move
  std::vector<std::string> access;
  std::optional<Reply> reply;
  std::string declared_at;

  /// `path`: the route's placeholders by name, percent-decoded. `body`: the decoded JSON.
  Expected<Request, Refusal> request(const std::vector<std::pair<std::string, std::string>>& path,
                                     const Value& body) const;
  /// True when this event of the reply's type answers the request: equal key fields, and `when` holds.
  bool answered_by(const Request& request, const event::Emission& emission) const;

  struct Compiled;
  std::shared_ptr<const Compiled> compiled;
};

}  // namespace sluice::mapping
