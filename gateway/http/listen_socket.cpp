#include "http/listen_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"

namespace sluice::http {
namespace {

constexpr int waiting_connections = 1024;

tl::unexpected<Error> bad_address(std::string_view text) {
  return unexpected("listen address '" + excerpt(text) + "' is not ADDRESS:PORT, such as 127.0.0.1:8080 or [::]:8080");
}

// The socket's address as the kernel wants it.
struct Name {
  sockaddr_storage storage{};
  socklen_t length = 0;
  sockaddr* any() { return reinterpret_cast<sockaddr*>(&storage); }
};

Name name_of(const ListenAddress& address) {
  Name name;
  if (address.ipv6) {
    auto* in6 = reinterpret_cast<sockaddr_in6*>(&name.storage);
    in6->sin6_family = AF_INET6;
    in6->sin6_port = htons(address.port);
    inet_pton(AF_INET6, address.host.c_str(), &in6->sin6_addr);
    name.length = sizeof(sockaddr_in6);
  } else {
    auto* in = reinterpret_cast<sockaddr_in*>(&name.storage);
    in->sin_family = AF_INET;
    in->sin_port = htons(address.port);
    inet_pton(AF_INET, address.host.c_str(), &in->sin_addr);
    name.length = sizeof(sockaddr_in);
  }
  return name;
}

}  // namespace

Expected<ListenAddress> ListenAddress::parse(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad_address(text);
  const auto port = parse_int(text.substr(colon + 1));
  if (!port) return bad_address(text);
  if (*port < 0 || *port > 65535) return unexpected("listen port " + std::to_string(*port) + " is not from 0 to 65535");

  ListenAddress address;
  address.port = static_cast<std::uint16_t>(*port);
  auto host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    address.ipv6 = true;
    host = host.substr(1, host.size() - 2);
  }
  address.host = host.empty() ? "0.0.0.0" : host == "localhost" ? "127.0.0.1" : std::string(host);
  in6_addr parsed;
  if (inet_pton(address.ipv6 ? AF_INET6 : AF_INET, address.host.c_str(), &parsed) != 1) return bad_address(text);
  return address;
}

bool ListenAddress::is_loopback() const {
  return ipv6 ? host == "::1" : host.starts_with("127.");
}

std::string ListenAddress::url() const {
  return "http://" + (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Expected<int> listen_on(ListenAddress& address) {
  const int fd = ::socket(address.ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  const int off = 0;
  auto name = name_of(address);
  const bool listening = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
                         setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) == 0 &&
                         (!address.ipv6 || setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) == 0) &&
                         bind(fd, name.any(), name.length) == 0 && listen(fd, waiting_connections) == 0 &&
                         getsockname(fd, name.any(), &name.length) == 0;
  if (!listening) {
    const int code = errno;
    if (fd >= 0) close(fd);
    return unexpected("cannot listen on " + (address.ipv6 ? "[" + address.host + "]" : address.host) + ":" +
                      std::to_string(address.port) + ": " + std::strerror(code));
  }
  address.port = ntohs(address.ipv6 ? reinterpret_cast<sockaddr_in6*>(&name.storage)->sin6_port
                                    : reinterpret_cast<sockaddr_in*>(&name.storage)->sin_port);
  return fd;
}

}  // namespace sluice::http
