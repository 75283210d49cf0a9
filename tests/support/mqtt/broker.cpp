#include "support/mqtt/broker.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

extern char** environ;

namespace sluice::test {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool listens(std::uint16_t port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = loopback(port);
  const bool connected = connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(descriptor);
  return connected;
}

std::string new_folder() {
  auto name = (std::filesystem::temp_directory_path() / "sluice-broker-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder for the broker");
  return name;
}

}  // namespace

std::uint16_t free_port() {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(0);
  socklen_t length = sizeof address;
  if (bind(descriptor, reinterpret_cast<const sockaddr*>(&address), length) != 0 ||
      getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    throw std::runtime_error("no free port");
  }
  close(descriptor);
  return ntohs(address.sin_port);
}

Broker::Broker(std::string extra) : extra_(std::move(extra)), folder_(new_folder()), port_(free_port()) {
  start();
}

Broker::~Broker() {
  stop();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string Broker::url() const {
  return "mqtt://127.0.0.1:" + std::to_string(port_);
}

void Broker::start() {
  const auto configuration = folder_ + "/mosquitto.conf";
  std::ofstream(configuration) << "listener " << port_ << " 127.0.0.1\n"
                               << "persistence_location " << folder_ << "/\n"
                               << (extra_.find("allow_anonymous") == extra_.npos ? "allow_anonymous true\n" : "")
                               << (getuid() == 0 ? "user root\n" : "") << extra_;
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  const auto log = folder_ + "/log";
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
  char program[] = "/usr/sbin/mosquitto";
  char option[] = "-c";
  std::string path = configuration;
  char* arguments[] = {program, option, path.data(), nullptr};
  const int failed = posix_spawn(&pid_, program, &files, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&files);
  if (failed != 0) throw std::runtime_error("mosquitto does not start");
  if (!eventually([&] { return listens(port_); }, [] { std::this_thread::sleep_for(milliseconds(5)); })) {
    throw std::runtime_error("mosquitto does not listen");
  }
}

void Broker::stop() {
  if (pid_ < 0) return;
  freeze(false);
  end(SIGTERM);
}

void Broker::crash() {
  end(SIGKILL);
}

void Broker::end(int signal) {
  kill(pid_, signal);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void Broker::freeze(bool frozen) {
  kill(pid_, frozen ? SIGSTOP : SIGCONT);
}

bool eventually(const std::function<bool()>& fact, const std::function<void()>& step) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!fact()) {
    if (std::chrono::steady_clock::now() > end) return false;
    step();
  }
  return true;
}

}  // namespace sluice::test
