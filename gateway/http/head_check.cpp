#include "http/head_check.h"

#include <microhttpd.h>
#include <strings.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <vector>

namespace sluice::http {
namespace {

struct Field {
  std::string_view name;
  std::string_view value;
};

MHD_Result collect(void* out, MHD_ValueKind, const char* name, std::size_t name_length, const char* value,
                   std::size_t value_length) {
  static_cast<std::vector<Field>*>(out)->push_back({{name, name_length}, {value ? value : "", value_length}});
  return MHD_YES;
}

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

// RFC 9110 5.6.2
bool is_token(std::string_view text) {
  const auto token_byte = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::strchr("!#$%&'*+-.^_`|~", c) != nullptr;
  };
  return !text.empty() && text.find('\0') == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), token_byte);
}

// RFC 9110 5.5: visible characters, spaces, tabs and bytes above ASCII.
bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
  });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// The library ends each line's text with NULs in place of its line break, all lines in one buffer: where the next one
// begins tells how long the break was, and whether a NUL or a folded line stood in between.
bool lines_are_whole(const RequestLine& line, const std::vector<Field>& fields, std::size_t head_bytes) {
  constexpr std::size_t line_break = 2;
  const auto* expected = line.method + std::strlen(line.method) + 1;
  if (line.target != expected || line.version != line.target + line.target_length + 1) return false;
  expected = line.version + std::strlen(line.version) + line_break;
  for (const auto& field : fields) {
    if (field.name.data() != expected) return false;
    expected = field.value.data() + field.value.size() + line_break;
  }
  return line.method + head_bytes == expected + line_break;
}

bool takes_body(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH" || method == "DELETE";
}

tl::unexpected<Response> refuse(int status, std::string_view why) {
  auto response = problem(status, why);
  response.close = true;
  return tl::unexpected<Response>(std::move(response));
}

}  // namespace

Expected<Pairs, Response> check_head(MHD_Connection* connection, const RequestLine& line, std::size_t most_bytes) {
  std::vector<Field> fields;
  MHD_get_connection_values_n(connection, MHD_HEADER_KIND, &collect, &fields);
  const auto* size = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
  const std::size_t head_bytes = size ? size->header_size : 0;
  if (head_bytes > most_bytes) return refuse(431, "the request head is above " + std::to_string(most_bytes) + " bytes");
  if (!is_token(line.method)) return refuse(400, "the method is no token");
  // RFC 9112 2.2 allows a lone LF to be taken for a line break; two that disagree about it make request smuggling.
  if (!lines_are_whole(line, fields, head_bytes)) {
    return refuse(400, "the request head holds a line that does not end with CRLF, a folded line or a NUL");
  }

  std::size_t hosts = 0;
  std::size_t lengths = 0;
  std::size_t encodings = 0;
  bool body = false;
  Pairs headers;
  headers.reserve(fields.size());
  for (const auto& [name, raw_value] : fields) {
    const auto value = trimmed(raw_value);
    if (!is_token(name)) return refuse(400, "a header's name is no token");
    if (!is_field_value(value)) return refuse(400, "a header's value holds a control byte");
    if (same_name(name, "Host")) ++hosts;
    if (same_name(name, "Content-Length")) {
      ++lengths;
      if (value.empty() || value.find_first_not_of("0123456789") != std::string_view::npos) {
        return refuse(400, "Content-Length must be a decimal number");
      }
      body = body || value.find_first_not_of('0') != std::string_view::npos;
    }
    if (same_name(name, "Transfer-Encoding")) {
      ++encodings;
      body = true;
      if (!same_name(value, "chunked")) return refuse(400, "Transfer-Encoding must be chunked");
    }
    headers.emplace_back(name, value);
  }
  // RFC 9112 3.2; the library's own check answers with its head twice.
  if (hosts > 1) return refuse(400, "more than one Host");
  if (hosts == 0 && std::strcmp(line.version, "HTTP/1.0") != 0) return refuse(400, "Host is missing");
  if (lengths > 1) return refuse(400, "more than one Content-Length");
  if (encodings > 1) return refuse(400, "more than one Transfer-Encoding");
  // RFC 9112 6.1 and 6.3
  if (lengths > 0 && encodings > 0) return refuse(400, "both Content-Length and Transfer-Encoding");
  if (encodings > 0 && std::strcmp(line.version, "HTTP/1.0") == 0) return refuse(400, "Transfer-Encoding in HTTP/1.0");
  if (body && !takes_body(line.method)) return refuse(400, std::string(line.method) + " takes no body");
  return headers;
}

}  // namespace sluice::http
