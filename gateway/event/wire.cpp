#include "event/wire.h"

#include <algorithm>

#include "base/json.h"

namespace sluice::event {
namespace {

constexpr std::string_view line_enders("\r\n\0", 3);

void write_field(std::string_view name, std::string_view value, std::string& out) {
  out.append(name).append(": ");
  if (value.find_first_of(line_enders) == std::string_view::npos) {
    out.append(value);
  } else {
    std::ranges::copy_if(value, std::back_inserter(out),
                         [](char c) { return line_enders.find(c) == std::string_view::npos; });
  }
  out.push_back('\n');
}

// 9.2.6: one space after the colon is taken away by the parser, so a value that begins with a space keeps its own.
void write_data_line(std::string_view line, std::string& out) {
  out.append("data:");
  if (!line.empty()) out.append(" ").append(line);
  out.push_back('\n');
}

// 9.2.5: end-of-line is CRLF, LF or CR; each `data:` line is one line of the data, joined again by LF.
void write_data(std::string_view data, std::string& out) {
  for (;;) {
    const auto end = data.find_first_of("\r\n");
    write_data_line(data.substr(0, end), out);
    if (end == std::string_view::npos) return;
    const bool crlf = data[end] == '\r' && end + 1 < data.size() && data[end + 1] == '\n';
    data.remove_prefix(end + (crlf ? 2 : 1));
  }
}

void write_id(std::string_view id, std::string& out) {
  if (id.empty()) {
    out.append("null");
  } else {
    write_json_text(id, out);
  }
}

}  // namespace

void write_head(std::string_view id, std::string_view name, std::string& out) {
  if (!id.empty()) write_field("id", id, out);
  if (!name.empty()) write_field("event", name, out);
}

void write_block(const Block& block, std::string& out) {
  write_head(block.id, block.name, out);
  write_data(block.data, out);
  out.push_back('\n');
}

void write_comment(std::string_view text, std::string& out) {
  out.append(": ");
  std::ranges::transform(text, std::back_inserter(out),
                         [](char c) { return line_enders.find(c) == std::string_view::npos ? c : ' '; });
  out.append("\n\n");
}

void write_retry(int reconnection_ms, std::string& out) {
  out.append("retry: ").append(std::to_string(reconnection_ms)).push_back('\n');
}

void write_checkpoint(std::string_view id, std::string_view data_json, std::string& out) {
  write_field("event", "checkpoint", out);
  write_field("id", id, out);
  write_data(data_json, out);
  out.push_back('\n');
}

std::string_view word(GapReason reason) {
  constexpr std::string_view words[gap_reason_count] = {"expired", "unknown", "slow", "source"};
  return words[static_cast<std::size_t>(reason)];
}

std::string gap_data(const Gap& gap) {
  std::string data = R"({"reason":)";
  write_json_text(word(gap.reason), data);
  data.append(R"(,"from":)");
  write_id(gap.from, data);
  data.append(R"(,"to":)");
  write_id(gap.to, data);
  data.append(R"(,"missed":)").append(gap.missed ? std::to_string(*gap.missed) : "null").append("}");
  return data;
}

void write_gap(const Gap& gap, bool with_id, std::string& out) {
  write_block({.id = with_id ? gap.to : "", .name = "gap", .data = gap_data(gap)}, out);
}

std::string source_data(bool connected, Timestamp since) {
  std::string data = R"({"connected":)";
  return data.append(connected ? "true" : "false")
      .append(R"(,"since":)")
      .append(std::to_string(to_ms(since)))
      .append("}");
}

void write_source(bool connected, Timestamp since, std::string& out) {
  write_block({.id = "", .name = "source", .data = source_data(connected, since)}, out);
}

void write_expired(std::string& out) {
  write_block({.id = "", .name = "expired", .data = "{}"}, out);
}

void write_envelope(std::string_view name, std::string_view data_json, Timestamp time, std::string& out) {
  out.append(R"({"type":)");
  write_json_text(name, out);
  if (!data_json.empty()) out.append(R"(,"data":)").append(data_json);
  out.append(R"(,"timestamp":)");
  write_json(static_cast<double>(to_ms(time)) / 1000.0, out);
  out.append("}");
}

}  // namespace sluice::event
