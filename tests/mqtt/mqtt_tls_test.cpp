#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

#include "mqtt/mqtt_source.h"
#include "support/mqtt/broker.h"
#include "support/mqtt/scripted_broker.h"

namespace sluice::mqtt {
namespace {

using test::Broker;
using test::eventually;
using testing::HasSubstr;

/// A folder with a certificate for `localhost`, its own authority, and the same for a stranger.
class Certificates {
 public:
  Certificates() {
    auto name = (std::filesystem::temp_directory_path() / "sluice-tls-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    make("broker", "localhost");
    make("stranger", "localhost");
  }
  ~Certificates() { std::filesystem::remove_all(folder_); }
  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  std::string broker_lines() const {
    return "certfile " + path("broker.pem") + "\nkeyfile " + path("broker.key") + "\n";
  }

 private:
  void make(const std::string& name, const std::string& host) const {
    const auto command =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=" + host +
        " -addext subjectAltName=DNS:" + host + " -keyout " + path(name + ".key") + " -out " + path(name + ".pem") +
        " 2>/dev/null";
    EXPECT_EQ(std::system(command.c_str()), 0);
  }
  std::string folder_;
};

struct Gateway {
  Gateway(std::uint16_t port, const std::string& ca, const std::string& host = "localhost")
      : source(options(port, ca, host), clock) {}
  static MqttOptions options(std::uint16_t port, const std::string& ca, const std::string& host) {
    MqttOptions options;
    options.host = host;
    options.port = port;
    options.tls = true;
    options.ca = ca;
    options.client_id = "sluice-tls";
    return options;
  }
  bool until(const std::function<bool()>& fact) {
    return eventually(fact, [&] {
      source.poll(milliseconds(20), [this](message::Message&& message) { payloads.push_back(message.payload); });
      source.acknowledge();
    });
  }
  ManualClock clock;
  MqttSource source;
  std::vector<std::string> payloads;
};

TEST(MqttTls, ConnectsAndCarriesMessages) {
  const Certificates certificates;
  const Broker broker(certificates.broker_lines());
  Gateway gateway(broker.port(), certificates.path("broker.pem"));
  gateway.source.subscribe({"a"});
  ASSERT_TRUE(gateway.until([&] { return gateway.source.link().connected; }));
  const std::string large(200'000, 'x');
  for (int i = 0; i < 300; ++i) gateway.source.send({"a", "x", 1, false}, [](const Expected<void>&) {});
  gateway.source.send({"a", large, 1, false}, [](const Expected<void>&) {});
  ASSERT_TRUE(gateway.until([&] { return gateway.payloads.size() >= 301; }));
  EXPECT_EQ(gateway.payloads.back(), large);
}

TEST(MqttTls, AnUnknownAuthorityIsRefused) {
  const Certificates certificates;
  const Broker broker(certificates.broker_lines());
  Gateway gateway(broker.port(), certificates.path("stranger.pem"));
  ASSERT_TRUE(gateway.until([&] { return !gateway.source.status().error.empty(); }));
  EXPECT_THAT(gateway.source.status().error, HasSubstr("certificate verify failed"));
}

TEST(MqttTls, ACertificateForAnotherHostIsRefused) {
  const Certificates certificates;
  const Broker broker(certificates.broker_lines());
  Gateway gateway(broker.port(), certificates.path("broker.pem"), "127.0.0.1");
  ASSERT_TRUE(gateway.until([&] { return !gateway.source.status().error.empty(); }));
  EXPECT_THAT(gateway.source.status().error, HasSubstr("TLS failed"));
}

TEST(MqttTls, AMissingFileIsNamed) {
  Gateway gateway(1, "/nowhere/ca.pem");
  ASSERT_TRUE(gateway.until([&] { return !gateway.source.status().error.empty(); }));
  EXPECT_THAT(gateway.source.status().error, HasSubstr("cannot use ca '/nowhere/ca.pem'"));
}

TEST(MqttTls, ABrokerWithoutTlsIsAnError) {
  const test::ScriptedBroker broker("this is not TLS");
  Gateway gateway(broker.port(), "");
  ASSERT_TRUE(gateway.until([&] { return !gateway.source.status().error.empty(); }));
  EXPECT_THAT(gateway.source.status().error, HasSubstr("TLS failed"));
}

}  // namespace
}  // namespace sluice::mqtt
