#include "app/command_routes.h"

#include "app/content_type.h"
#include "base/json.h"
#include "http/admission.h"

namespace sluice::app {
namespace {

http::Response response(const CommandResult& result) {
  if (result.status == 200) return http::json(200, result.text);
  if (result.status == 202) return http::json(202, R"({"status":"accepted"})");
  auto problem = http::problem(result.status, result.text);
  if (result.status == 503) problem.with("Retry-After", "2");
  return problem;
}

void run(const std::shared_ptr<const mapping::Command>& command, Pipeline& pipeline, auth::Gate* gate,
         http::CommandRequest&& received, const http::Answer& answer) {
  KeyBinding binding;
  if (!command->access.empty()) {
    auto admission = http::admit(gate, received.request, command->access);
    if (!admission) return answer(std::move(admission.error()));
    binding = std::move(admission->binding);
  }
  if (media_type(received.request.header("Content-Type")) != "application/json") {
    return answer(http::problem(415, "send the body as application/json"));
  }
  const auto body = parse_json(received.body);
  if (!body) return answer(http::problem(400, "the body is no JSON: " + body.error().message));
  auto request = command->request(received.request.path_values, *body);
  if (!request) return answer(http::problem(request.error().status, request.error().message));
  // who is bound to some keys sends to these only, as he sees these only
  if (!binding.allows(request->fields)) {
    return answer(http::problem(403, "your claims do not allow this command for these keys"));
  }
  pipeline.send(command, std::move(*request), [answer](const CommandResult& result) { answer(response(result)); });
}

}  // namespace

std::vector<http::CommandRoute> command_routes(const std::shared_ptr<const mapping::MappingSet>& mappings,
                                               Pipeline& pipeline, auth::Gate* gate) {
  std::vector<http::CommandRoute> routes;
  for (const auto& one : mappings->commands()) {
    const std::shared_ptr<const mapping::Command> command(mappings, &one);
    routes.push_back({command->post, [command, &pipeline, gate](http::CommandRequest&& received, http::Answer answer) {
                        run(command, pipeline, gate, std::move(received), answer);
                      }});
  }
  return routes;
}

}  // namespace sluice::app
