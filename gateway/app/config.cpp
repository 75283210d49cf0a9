#include "app/config.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "app/access_config.h"
#include "app/config_section.h"
#include "base/text.h"

namespace sluice::app {
namespace {

constexpr std::uintmax_t max_file_bytes = 1 << 20;
constexpr std::int64_t many = 1'000'000'000;
// Of a peer's patience and of ours.
constexpr milliseconds shortest{10};
constexpr milliseconds longest{3'600'000};

void read_mqtt(ConfigSection section, mqtt::MqttOptions& mqtt) {
  section.parsed("url", [&](const std::string& url) -> std::optional<Error> {
    const auto read = mqtt.set_url(url);
    return read ? std::nullopt : std::optional(read.error());
  });
  section.text("user", mqtt.user);
  section.text("password", mqtt.password);
  section.text("client_id", mqtt.client_id);
  section.choice("version", mqtt.version,
                 {{"5", mqtt::MqttOptions::Version::v5}, {"3.1.1", mqtt::MqttOptions::Version::v311}});
  section.duration("keepalive", mqtt.keepalive);
  section.duration("session_expiry", mqtt.session_expiry);
  section.integer("receive_maximum", mqtt.receive_maximum, 1, 65535);
  section.text("ca", mqtt.ca);
  section.text("cert", mqtt.cert);
  section.text("key", mqtt.key);
}

void read_history(ConfigSection section, history::Retention& history) {
  bool memory = true;
  section.choice("store", memory, {{"memory", true}});
  section.integer("events", history.events, 1, many);
  section.bytes("bytes", history.bytes);
  section.duration("age", history.age);
}

void read_limits(ConfigSection section, Config& config) {
  auto& limits = config.http.limits;
  section.integer("clients", limits.clients, 1, many);
  section.integer("per_address", limits.per_address, 1, many);
  section.integer("per_principal", limits.per_principal, 1, many);
  section.bytes("header", limits.header_bytes, "1KiB", "1MiB");
  section.bytes("body", limits.body_bytes, "1KiB", "64MiB");
  section.duration("header_deadline", limits.header_deadline, shortest, longest);
  section.duration("stalled", limits.stalled, shortest, longest);
  section.bytes("backlog", config.http.feed.backlog, "1KiB", "1GiB");
  section.choice("overload", config.http.overload,
                 {{"retry", http::Overload::retry}, {"refuse", http::Overload::refuse}});
  section.bytes("payload", config.bounds.payload_bytes);
  section.integer("decode_depth", config.bounds.decode_depth, 1, 1000);
  section.integer("keys", config.bounds.keys_per_step, 1, many);
  section.bytes("state", config.bounds.state_bytes);
  section.integer("latest", config.bounds.latest_per_event, 1, many);
  section.bytes("latest_bytes", config.bounds.latest_bytes);
  section.integer("list", config.bounds.list_slots, 1, many);
  section.integer("window", config.bounds.window_samples, 1, many);
  section.integer("batch", config.bounds.batch_items, 1, many);
}

void read_fanout(ConfigSection section, http::ServerOptions& http) {
  section.integer("shards", http.shards, 1, 64);
  section.duration("window", http.window);
  section.flag("compression", http.compression);
  section.choice("sink", http.sink, {{"direct", http::SinkKind::direct}, {"reader", http::SinkKind::reader}});
}

}  // namespace

Expected<Config, Errors> parse_config(std::string_view text, const std::string& file, const Variables& variables) {
  const auto root = parse_yaml(text, file);
  if (!root) return tl::unexpected(root.error());
  Config config;
  config.file = file;
  // a relative path in a configuration is relative to it
  const auto folder = std::filesystem::path(file).parent_path();
  ConfigSection::Reading reading{file, variables, {}, {}};
  {
    ConfigSection top(reading, &*root, "");
    top.text("listen", config.http.listen);
    top.text("mappings", config.mappings);
    top.text("zone", config.zone);
    top.section("admin").text("listen", config.admin_listen);
    read_browsers(top, config.http);
    read_access(top.section("access"), folder.string(), config.access);
    read_mqtt(top.section("mqtt"), config.mqtt);
    read_history(top.section("history"), config.history);
    read_limits(top.section("limits"), config);
    read_fanout(top.section("fanout"), config.http);
  }
  if (!reading.faults.empty()) return tl::unexpected(reading.errors());
  if (root->find("mappings") != nullptr) config.mappings = (folder / config.mappings).string();
  config.given = std::move(reading.given);
  return config;
}

std::vector<std::string> changed_options(const Config& running, const Config& read) {
  std::vector<std::string> names;
  const auto compare = [&](const Config& one, const Config& other, bool also_values) {
    for (const auto& [name, text] : one.given) {
      const auto same = other.given.find(name);
      if (same == other.given.end() || (also_values && same->second != text)) names.push_back(name);
    }
  };
  compare(running, read, true);
  compare(read, running, false);
  std::ranges::sort(names);
  return names;
}

Expected<Config, Errors> load_config(const std::string& file) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(file, failed);
  if (failed) return tl::unexpected(Errors{{file, "cannot be read: " + failed.message()}});
  if (size > max_file_bytes) return tl::unexpected(Errors{{file, "is larger than 1 MiB"}});
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto folder = std::filesystem::path(file).parent_path().string();
  return parse_config(text, file, configuration_variables(folder.empty() ? "." : folder));
}

}  // namespace sluice::app
