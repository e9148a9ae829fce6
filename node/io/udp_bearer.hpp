// UdpBearer: the sockets of one bearer of kind "udp".
//
// Unicast sockets are bound to the node's own address, one for each of the four P_MUL ports. Linux
// gives multicast only to sockets bound to the group (or to any address), so every group has
// sockets of its own. Several daemons on one host share the groups: each drops its own echo.
//
// Joining a group makes the kernel send IGMP membership reports: the one emission of a silent node
// that the host, not this program, has to stop (`longwire doctor` checks it).
#pragma once

#include "node/engine/node.hpp"
#include "node/io/bearer_port.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace longwire::io {

class UdpBearer : public BearerPort {
 public:
  // groups: every multicast address this node listens to on the bearer.
  UdpBearer(boost::asio::io_context& io, engine::BearerConfig config, std::vector<Ipv4> groups, Handlers handlers);

  // Opens the sockets; when that fails (address not there yet) it is tried again until it works.
  void start() override;
  void stop() override;
  void set_emcon(bool) override {}  // the node gives a silent bearer nothing to send
  bool pump(const Poll& poll) override;
  void after_drain() override {}
  bool up() const { return up_; }
  // False when nothing was sent because the bearer is down.
  bool send(const engine::Datagram& datagram);

 private:
  using Socket = boost::asio::ip::udp::socket;

  void open();
  Socket& open_socket(Ipv4 address, std::uint16_t port, bool shared);
  void join(Socket& socket, Ipv4 group);
  void receive(Socket& socket);
  void read_all(Socket& socket);
  bool is_echo(const boost::asio::ip::udp::endpoint& from) const;
  void fail(const std::string& why);
  void watch();
  std::optional<int> interface_index() const;  // 0: there is none; nullopt: the look-up failed
  void tell(bool up);

  boost::asio::io_context& io_;
  engine::BearerConfig config_;
  std::vector<Ipv4> groups_;
  Handlers handlers_;
  std::vector<std::unique_ptr<Socket>> sockets_;
  Socket* sender_ = nullptr;         // bound to our address and dport
  Socket* dmp_ = nullptr;            // likewise and dmp_port, if there is one
  boost::asio::steady_timer timer_;  // next try while down, next look at the interface while up
  Bytes buffer_;
  std::string last_failure_;
  int interface_index_ = 0;
  bool up_ = false;
  std::optional<bool> told_;
  bool stopped_ = false;
};

}  // namespace longwire::io
