#include "http/listen_socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"

namespace sluice::http {
namespace {

constexpr int waiting_connections = 1024;
constexpr std::size_t longest_path = sizeof(sockaddr_un::sun_path) - 1;

tl::unexpected<Error> bad_address(std::string_view text) {
  return unexpected("listen address '" + excerpt(text) +
                    "' is not ADDRESS:PORT, such as 127.0.0.1:8080 or [::]:8080, nor unix:PATH");
}

// The socket's address as the kernel wants it.
struct Name {
  sockaddr_storage storage{};
  socklen_t length = 0;
  sockaddr* any() { return reinterpret_cast<sockaddr*>(&storage); }
};

Name name_of(const ListenAddress& address) {
  Name name;
  if (!address.path.empty()) {
    auto* un = reinterpret_cast<sockaddr_un*>(&name.storage);
    un->sun_family = AF_UNIX;
    address.path.copy(un->sun_path, sizeof(un->sun_path) - 1);
    name.length = sizeof(sockaddr_un);
  } else if (address.ipv6) {
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

std::string text_of(const ListenAddress& address) {
  if (!address.path.empty()) return address.path;
  return (address.ipv6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

// Closes the socket and says -1, errno as it was, when it is not to be used.
int checked(int fd, bool usable) {
  if (usable || fd < 0) return fd;
  const int code = errno;
  close(fd);
  errno = code;
  return -1;
}

int listen_at_port(ListenAddress& address) {
  const int fd = ::socket(address.ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  const int off = 0;
  auto name = name_of(address);
  const bool listening = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
                         setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) == 0 &&
                         (!address.ipv6 || setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) == 0) &&
                         bind(fd, name.any(), name.length) == 0 && listen(fd, waiting_connections) == 0 &&
                         getsockname(fd, name.any(), &name.length) == 0;
  if (!listening) return checked(fd, false);
  address.port = ntohs(address.ipv6 ? reinterpret_cast<sockaddr_in6*>(&name.storage)->sin6_port
                                    : reinterpret_cast<sockaddr_in*>(&name.storage)->sin_port);
  return fd;
}

// True for a socket's file whose server is gone.
bool is_left_over(const ListenAddress& address) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  auto name = name_of(address);
  const bool refused = connect(fd, name.any(), name.length) != 0 && errno == ECONNREFUSED;
  close(fd);
  return refused;
}

int listen_at_path(const ListenAddress& address) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  auto name = name_of(address);
  int bound = bind(fd, name.any(), name.length);
  if (bound != 0 && errno == EADDRINUSE) {
    if (is_left_over(address)) unlink(address.path.c_str());
    bound = bind(fd, name.any(), name.length);
  }
  return checked(fd, bound == 0 && listen(fd, waiting_connections) == 0);
}

}  // namespace

Expected<ListenAddress> ListenAddress::parse(std::string_view text) {
  if (constexpr std::string_view scheme = "unix:"; text.starts_with(scheme)) {
    ListenAddress address;
    address.path = text.substr(scheme.size());
    if (address.path.empty()) return bad_address(text);
    if (address.path.size() <= longest_path) return address;
    return unexpected("listen path '" + excerpt(address.path) + "' is longer than " + std::to_string(longest_path) +
                      " bytes");
  }
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
  if (!path.empty()) return true;
  return ipv6 ? host == "::1" : host.starts_with("127.");
}

std::string ListenAddress::url() const {
  if (!path.empty()) return "unix:" + path;
  return "http://" + (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Expected<std::vector<int>> listen_on(ListenAddress& address, std::size_t count) {
  std::vector<int> sockets;
  while (sockets.size() < count) {
    const bool shared = !address.path.empty() && !sockets.empty();
    const int fd = shared                  ? fcntl(sockets.front(), F_DUPFD_CLOEXEC, 0)
                   : !address.path.empty() ? listen_at_path(address)
                                           : listen_at_port(address);
    if (fd < 0) {
      const int code = errno;
      for (const int made : sockets) close(made);
      return unexpected("cannot listen on " + text_of(address) + ": " + std::strerror(code));
    }
    sockets.push_back(fd);
  }
  return sockets;
}

void remove_socket_file(const ListenAddress& address) {
  if (!address.path.empty() && is_left_over(address)) unlink(address.path.c_str());
}

}  // namespace sluice::http
