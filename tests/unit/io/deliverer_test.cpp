// The Deliverer against a slow LMTP server on loopback.
#include "node/io/deliverer.hpp"

#include "node/io/system_random.hpp"

#include <gtest/gtest.h>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>

#include <atomic>
#include <future>
#include <istream>
#include <thread>

namespace longwire::io {
namespace {

using boost::asio::ip::tcp;
using namespace std::chrono_literals;

// Takes one message a connection, and greets only when it is let to.
class SlowServer {
 public:
  SlowServer() : acceptor_(io_, {boost::asio::ip::address_v4::loopback(), 0}), thread_([this] { run(); }) {}
  ~SlowServer() {
    stopping_ = true;
    tcp::socket last(io_);
    boost::system::error_code e;
    last.connect(acceptor_.local_endpoint(), e);
    thread_.join();
  }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  void let_go() { go_.set_value(); }
  std::atomic<unsigned> messages{0};

 private:
  void run() {
    const auto go = go_.get_future().share();
    for (;;) {
      tcp::socket peer(io_);
      acceptor_.accept(peer);
      if (stopping_) return;
      go.wait();
      converse(peer);
    }
  }
  void converse(tcp::socket& peer) {
    boost::system::error_code e;
    boost::asio::streambuf in;
    std::istream lines(&in);
    const auto say = [&](const std::string& text) { boost::asio::write(peer, boost::asio::buffer(text + "\r\n"), e); };
    say("220 slow");
    for (std::string line; boost::asio::read_until(peer, in, "\r\n", e) > 0 && !e;) {
      std::getline(lines, line);
      if (line.starts_with("DATA")) {
        say("354 go on");
        while (line != ".\r" && boost::asio::read_until(peer, in, "\r\n", e) > 0) std::getline(lines, line);
        ++messages;
      }
      say(line.starts_with("QUIT") ? "221 bye" : "250 ok");
    }
  }

  boost::asio::io_context io_;
  tcp::acceptor acceptor_;
  std::promise<void> go_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

engine::action::Deliver request(std::uint64_t delivery, std::uint64_t message, const std::string& recipient) {
  engine::action::Deliver d;
  d.delivery = delivery;
  d.message = message;
  d.envelope.from = "a@b.example";
  d.envelope.recipients.push_back({});
  d.envelope.recipients.back().address = recipient;
  d.octets = to_bytes("Subject: x\r\n\r\nbody\r\n");
  return d;
}

// What a node does whose store failed at the wrong moment.
TEST(Deliverer, ASecondRequestForWhatIsUnderWayGetsTheResultOfTheFirst) {
  SlowServer server;
  boost::asio::io_context io;
  engine::Config config;
  config.domain = "b.example";
  config.deliver.lmtp = engine::Endpoint{};
  config.deliver.lmtp->host = "127.0.0.1";
  config.deliver.lmtp->port = server.port();
  std::vector<engine::event::DeliveryResult> results;
  const auto random = system_random();
  Deliverer deliverer(io, config, {}, *random, "store", [&](auto r) { results.push_back(std::move(r)); });
  deliverer.deliver(request(1, 7, "x@b.example"));
  io.run_for(50ms);
  deliverer.deliver(request(2, 7, "x@b.example"));
  deliverer.deliver(request(3, 7, "x@b.example"));
  deliverer.deliver(request(4, 7, "y@b.example"));
  io.run_for(50ms);
  EXPECT_TRUE(results.empty());
  server.let_go();
  for (int i = 0; i < 100 && results.size() < 2; ++i) io.run_for(50ms);
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[0].delivery, 3U) << "the number that is waited for now";
  EXPECT_EQ(results[1].delivery, 4U) << "another recipient is another delivery";
  for (const auto& r : results) {
    ASSERT_EQ(r.recipients.size(), 1U);
    EXPECT_EQ(r.recipients[0].outcome, engine::event::DeliveryResult::PerRecipient::Outcome::delivered)
        << r.recipients[0].text;
  }
  EXPECT_EQ(server.messages, 2U);
  // It is over: asked again, it is done again.
  io.restart();
  deliverer.deliver(request(5, 7, "x@b.example"));
  for (int i = 0; i < 100 && results.size() < 3; ++i) io.run_for(50ms);
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[2].delivery, 5U);
  deliverer.stop();
}

}  // namespace
}  // namespace longwire::io
