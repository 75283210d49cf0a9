#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "cli/cli.h"
#include "cli/command_line.h"
#include "event/event_catalog.h"
#include "mapping/explain.h"
#include "mapping/mapping_set.h"
#include "message/topic_filter.h"

namespace sluice::cli {
namespace {

constexpr std::size_t max_payload = std::size_t{16} << 20;

struct Flags {
  std::string mappings = "mappings/";
  std::string topic;
  bool retain = false;
};

/// Standard input, less one line break at its end: what `echo` adds is not meant.
std::string read_payload() {
  std::string payload(max_payload, '\0');
  payload.resize(std::fread(payload.data(), 1, payload.size(), stdin));
  if (payload.ends_with('\n')) payload.pop_back();
  return payload;
}

int explain(const Flags& flags) {
  if (!std::filesystem::exists(flags.mappings)) {
    std::fprintf(stderr, "%s: no such file or folder\n", flags.mappings.c_str());
    return exit_no_input;
  }
  if (!message::is_topic_name(flags.topic)) {
    std::fprintf(stderr, "--topic: '%s' is no topic name\n", flags.topic.c_str());
    return exit_usage;
  }
  event::EventCatalog catalog;
  auto set = mapping::MappingSet::load(flags.mappings, catalog);
  if (!set) {
    for (const auto& error : set.error()) std::fprintf(stderr, "%s\n", error.text().c_str());
    return exit_configuration;
  }
  mapping::Explainer explainer(std::move(*set), catalog);
  message::Message message;
  message.topic = flags.topic;
  message.payload = read_payload();
  message.retain = flags.retain;
  std::fputs(explainer.explain(message).c_str(), stdout);
  return exit_ok;
}

}  // namespace

void add_explain(CLI::App& app, Chosen& chosen) {
  auto* command = app.add_subcommand("explain", "Show what each rule and step makes of the message on standard input.");
  const auto flags = std::make_shared<Flags>();
  command->add_option("-m,--mappings", flags->mappings, "A folder of mappings, or one file")->capture_default_str();
  command->add_option("-t,--topic", flags->topic, "The message's topic")->required();
  command->add_flag("--retain", flags->retain, "As the broker sends a retained message");
  command->callback([flags, &chosen] { chosen = [flags] { return explain(*flags); }; });
}

}  // namespace sluice::cli
