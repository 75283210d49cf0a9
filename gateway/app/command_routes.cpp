#include "app/command_routes.h"

#include <algorithm>
#include <cctype>

#include "base/json.h"

namespace sluice::app {
namespace {

/// `application/json`, with or without parameters, in any case (RFC 9110 8.3.1).
bool is_json(std::string_view content_type) {
  auto type = std::string(content_type.substr(0, content_type.find(';')));
  while (!type.empty() && type.back() == ' ') type.pop_back();
  std::ranges::transform(type, type.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return type == "application/json";
}

http::Response response(const CommandResult& result) {
  if (result.status == 200) return http::json(200, result.text);
  if (result.status == 202) return http::json(202, R"({"status":"accepted"})");
  auto problem = http::problem(result.status, result.text);
  if (result.status == 503) problem.with("Retry-After", "2");
  return problem;
}

void run(const mapping::Command& command, Pipeline& pipeline, http::CommandRequest&& received,
         const http::Answer& answer) {
  // no credentials exist yet that could give the role
  if (!command.access.empty()) {
    return answer(http::problem(401, "this command needs a role").with("WWW-Authenticate", "Bearer"));
  }
  if (!is_json(received.request.header("Content-Type"))) {
    return answer(http::problem(415, "send the body as application/json"));
  }
  const auto body = parse_json(received.body);
  if (!body) return answer(http::problem(400, "the body is no JSON: " + body.error().message));
  auto request = command.request(received.request.path_values, *body);
  if (!request) return answer(http::problem(request.error().status, request.error().message));
  pipeline.send(command, std::move(*request), [answer](const CommandResult& result) { answer(response(result)); });
}

}  // namespace

std::vector<http::CommandRoute> command_routes(const std::vector<mapping::Command>& commands, Pipeline& pipeline) {
  std::vector<http::CommandRoute> routes;
  for (const auto& command : commands) {
    routes.push_back({command.post, [&command, &pipeline](http::CommandRequest&& received, http::Answer answer) {
                        run(command, pipeline, std::move(received), answer);
                      }});
  }
  return routes;
}

}  // namespace sluice::app
