#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/command_line.h"
#include "event/event_catalog.h"
#include "mapping/codecs/codec_kinds.h"
#include "mapping/explain.h"
#include "mapping/mapping_set.h"
#include "message/topic_filter.h"

namespace sluice::cli {
namespace {

constexpr std::size_t max_input = std::size_t{16} << 20;

struct Flags {
  std::string mappings = "mappings/";
  std::string topic;
  bool retain = false;
  bool lines = false;
};

/// Standard input, less one line break at its end: what `echo` adds is not meant.
std::string read_input() {
  std::string input(max_input, '\0');
  input.resize(std::fread(input.data(), 1, input.size(), stdin));
  if (input.ends_with('\n')) input.pop_back();
  return input;
}

/// A line of `--lines`: the topic, a blank, the payload in hexadecimal. Error: what it is instead.
Expected<message::Message> read_line(std::string_view line) {
  const auto blank = line.rfind(' ');
  if (blank == std::string_view::npos) return unexpected("expected a topic, a blank and a payload in hexadecimal");
  message::Message message;
  message.topic = line.substr(0, blank);
  if (!message::is_topic_name(message.topic)) return unexpected("'" + message.topic + "' is no topic name");
  auto payload = mapping::hex_codec()->decode(line.substr(blank + 1), max_input);
  if (!payload) return tl::unexpected(payload.error());
  message.payload = std::move(*payload);
  return message;
}

/// One story a line; what the rules remember is kept from line to line.
int explain_lines(mapping::Explainer& explainer) {
  const auto input = read_input();
  std::size_t number = 0;
  for (const auto line : split(input, '\n')) {
    ++number;
    const auto message = read_line(line);
    if (!message) {
      std::fprintf(stderr, "line %zu: %s\n", number, message.error().message.c_str());
      return exit_usage;
    }
    std::printf("message '%s'\n%s", excerpt(message->topic).c_str(), explainer.explain(*message).c_str());
  }
  return exit_ok;
}

int explain(const Flags& flags) {
  if (!std::filesystem::exists(flags.mappings)) {
    std::fprintf(stderr, "%s: no such file or folder\n", flags.mappings.c_str());
    return exit_no_input;
  }
  if (!flags.lines && flags.topic.empty()) {
    std::fputs("--topic is required, or --lines for many messages\n", stderr);
    return exit_usage;
  }
  if (!flags.lines && !message::is_topic_name(flags.topic)) {
    std::fprintf(stderr, "--topic: '%s' is no topic name\n", flags.topic.c_str());
    return exit_usage;
  }
  event::EventCatalog catalog;
  auto set = mapping::MappingSet::load(flags.mappings, catalog);
  if (!set) {
    print(set.error());
    return exit_configuration;
  }
  mapping::Explainer explainer(std::move(*set), catalog);
  if (flags.lines) return explain_lines(explainer);
  message::Message message;
  message.topic = flags.topic;
  message.payload = read_input();
  message.retain = flags.retain;
  std::fputs(explainer.explain(message).c_str(), stdout);
  return exit_ok;
}

}  // namespace

void add_explain(CLI::App& app, Chosen& chosen) {
  auto* command = app.add_subcommand("explain", "Show what each rule and step makes of the message on standard input.");
  const auto flags = std::make_shared<Flags>();
  command->add_option("-m,--mappings", flags->mappings, "A folder of mappings, or one file")->capture_default_str();
  auto* topic = command->add_option("-t,--topic", flags->topic, "The message's topic");
  command->add_flag("--retain", flags->retain, "As the broker sends a retained message")->needs(topic);
  command
      ->add_flag(
          "--lines", flags->lines,
          "Many messages, one a line: the topic, a blank, the payload in hexadecimal, as mosquitto_sub -F '%t %x' "
          "prints them")
      ->excludes(topic);
  command->callback([flags, &chosen] { chosen = [flags] { return explain(*flags); }; });
}

}  // namespace sluice::cli
