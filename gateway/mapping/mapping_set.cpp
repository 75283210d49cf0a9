#include "mapping/mapping_set.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "mapping/loader.h"
#include "mapping/mapping_set_parts.h"

namespace sluice::mapping {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t max_file_bytes = 4 << 20;

/// The mapping files that a path names, in byte order.
Expected<std::vector<std::string>> files_of(const std::string& path) {
  std::error_code code;
  if (!fs::is_directory(path, code)) {
    if (fs::is_regular_file(path, code)) return std::vector<std::string>{path};
    return unexpected(path, "no such file or folder");
  }
  std::vector<std::string> files;
  for (fs::directory_iterator entry(path, code), end; !code && entry != end; entry.increment(code)) {
    const auto name = entry->path().filename().string();
    if (entry->path().extension() == ".yaml" && name.front() != '.' && entry->is_regular_file()) {
      files.push_back((fs::path(path) / name).string());
    }
  }
  if (code) return unexpected(path, "cannot be read: " + code.message());
  if (files.empty()) return unexpected(path, "folder has no *.yaml file");
  std::sort(files.begin(), files.end());
  return files;
}

Expected<std::string> content_of(const std::string& path) {
  std::error_code code;
  const auto size = fs::file_size(path, code);
  if (!code && size > max_file_bytes)
    return unexpected(path, "file is above " + std::to_string(max_file_bytes) + " bytes");
  std::ifstream in(path, std::ios::binary);
  if (code || !in) return unexpected(path, "cannot be read: " + std::string(std::strerror(errno)));
  return std::string(std::istreambuf_iterator<char>(in), {});
}

/// FNV-1a, 64 bits, over names and contents.
class ContentHash {
 public:
  void add(const std::string& path, std::string_view text) {
    add(fs::path(path).filename().string());
    add(text);
  }
  std::string text() const {
    char digits[17];
    std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(hash_));
    return digits;
  }

 private:
  void add(std::string_view bytes) {
    for (const char byte : bytes) step(static_cast<unsigned char>(byte));
    step(256);  // an end that no byte is
  }
  void step(std::uint64_t byte) { hash_ = (hash_ ^ byte) * 1'099'511'628'211ULL; }

  std::uint64_t hash_ = 14'695'981'039'346'656'037ULL;
};

}  // namespace

std::string MappingSet::fingerprint_of(const std::string& path) {
  const auto files = files_of(path);
  if (!files) return {};
  ContentHash hash;
  for (const auto& file : *files) {
    const auto text = content_of(file);
    if (!text) return {};
    hash.add(file, *text);
  }
  return hash.text();
}

Expected<std::shared_ptr<const MappingSet>, Errors> MappingSet::load(const std::string& path,
                                                                     event::EventCatalog& catalog,
                                                                     const LoadOptions& options) {
  const auto files = files_of(path);
  if (!files) return tl::unexpected(Errors{files.error()});
  Loader loader(catalog, options);
  ContentHash hash;
  for (const auto& file : *files) {
    auto text = content_of(file);
    if (!text) {
      loader.fail(text.error());
    } else {
      hash.add(file, *text);
      loader.add(file, *text);
    }
  }
  return loader.finish(hash.text());
}

Expected<std::shared_ptr<const MappingSet>, Errors> load_text(std::string_view text, const std::string& file,
                                                              event::EventCatalog& catalog,
                                                              const LoadOptions& options) {
  Loader loader(catalog, options);
  loader.add(file, text);
  return loader.finish();
}

MappingSet::MappingSet() : parts_(std::make_unique<Parts>()) {}
MappingSet::~MappingSet() = default;

std::vector<event::StreamSpec> MappingSet::streams() const {
  return parts_->streams;
}
const std::vector<Command>& MappingSet::commands() const {
  return parts_->commands;
}
std::vector<std::string> MappingSet::subscriptions() const {
  return parts_->subscriptions;
}
const Errors& MappingSet::notes() const {
  return parts_->notes;
}
const std::vector<std::string>& MappingSet::files() const {
  return parts_->files;
}
const std::string& MappingSet::fingerprint() const {
  return parts_->fingerprint;
}

std::vector<MappingSet::Retyped> MappingSet::retyped(const MappingSet& before) const {
  std::vector<Retyped> types;
  for (const auto& [type, event] : parts_->rules.events) {
    const auto was = before.parts_->rules.events.find(type);
    if (was == before.parts_->rules.events.end()) continue;
    const bool rekeyed = was->second.key_fields != event.key_fields;
    if (rekeyed || !same_type(was->second.type, event.type)) types.push_back({type, rekeyed});
  }
  return types;
}

bool MappingSet::fits(event::TypeNumber type, const Value& data) const {
  const auto event = parts_->rules.events.find(type);
  return event == parts_->rules.events.end() || event->second.type == nullptr || !event->second.type->misfit(data);
}

const CompiledRules& MappingSet::rules() const {
  return parts_->rules;
}
std::size_t MappingSet::rule_count() const {
  return parts_->rules.rules.size();
}
const std::vector<TestCase>& MappingSet::tests() const {
  return parts_->tests;
}
const LoadOptions& MappingSet::options() const {
  return parts_->options;
}
const Contract& MappingSet::contract() const {
  return parts_->contract;
}

}  // namespace sluice::mapping
