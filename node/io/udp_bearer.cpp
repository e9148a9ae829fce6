#include "node/io/udp_bearer.hpp"

#include "node/io/interfaces.hpp"

#include <boost/asio/ip/multicast.hpp>
#include <boost/asio/post.hpp>

#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>

namespace longwire::io {

namespace {

namespace ip = boost::asio::ip;
using boost::system::error_code;
using boost::system::system_error;

constexpr std::chrono::seconds watch_interval{2};
constexpr std::size_t largest_datagram = 65'507;
// A burst at a fast link's rate must fit while the store commits.
constexpr int receive_buffer_octets = 1 << 20;
// Datagrams taken from one socket before others get their turn.
constexpr int datagrams_per_turn = 64;
// Datagrams sent in one turn: the pacer stops earlier on any real link.
constexpr int datagrams_per_pump = 256;

ip::udp::endpoint to_udp(Ipv4 address, std::uint16_t port) { return {ip::address_v4(address.value), port}; }

void set_option(ip::udp::socket& socket, int level, int name, const void* value, socklen_t size, const char* what) {
  if (::setsockopt(socket.native_handle(), level, name, value, size) != 0)
    throw system_error(error_code(errno, boost::system::system_category()), what);
}

}  // namespace

UdpBearer::UdpBearer(boost::asio::io_context& io, engine::BearerConfig config, std::vector<Ipv4> groups,
                     Handlers handlers)
    : io_(io),
      config_(std::move(config)),
      groups_(std::move(groups)),
      handlers_(std::move(handlers)),
      timer_(io),
      buffer_(largest_datagram) {}

void UdpBearer::start() {
  try {
    open();
  } catch (const system_error& e) {
    fail(e.what());
  }
}

void UdpBearer::stop() {
  stopped_ = true;
  up_ = false;
  timer_.cancel();
  sender_ = dmp_ = nullptr;
  sockets_.clear();
}

void UdpBearer::open() {
  for (const auto port : {config_.tport, config_.rport, config_.dport, config_.aport}) {
    auto& socket = open_socket(config_.bind, port, false);
    if (port == config_.dport) sender_ = &socket;
  }
  dmp_ = config_.dmp_port.value_or(0) != 0 ? &open_socket(config_.bind, *config_.dmp_port, false) : nullptr;
  // Acknowledgements are unicast by nature; everything else may come to a group.
  for (const auto group : groups_)
    for (const auto port : {config_.tport, config_.rport, config_.dport}) join(open_socket(group, port, true), group);

  const in_addr bind{htonl(config_.bind.value)};
  ip_mreqn out{};
  out.imr_address = bind;
  if (!config_.interface.empty()) out.imr_ifindex = interface_index().value_or(0);
  set_option(*sender_, IPPROTO_IP, IP_MULTICAST_IF, &out, sizeof out, "multicast interface");
  sender_->set_option(ip::multicast::hops(static_cast<int>(config_.ttl)));
  // Other daemons of this host must hear us too; our own echo is dropped on arrival.
  sender_->set_option(ip::multicast::enable_loopback(true));

  interface_index_ = interface_index().value_or(0);
  up_ = true;
  last_failure_.clear();
  for (const auto& socket : sockets_) receive(*socket);
  handlers_.report("notice", "bearer_opened", {{"bearer", config_.name}, {"bind", to_string(config_.bind)}});
  tell(true);
  watch();
}

std::optional<int> UdpBearer::interface_index() const {
  errno = 0;
  int index = 0;
  if (!config_.interface.empty()) {
    index = static_cast<int>(if_nametoindex(config_.interface.c_str()));
  } else if (const auto found = interface_of(config_.bind)) {
    index = found->index;
  }
  // A host out of descriptors or memory says nothing about the device.
  if (index == 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)) return std::nullopt;
  return index;
}

void UdpBearer::tell(bool up) {
  if (told_ == up) return;
  told_ = up;
  handlers_.on_state(up);
}

UdpBearer::Socket& UdpBearer::open_socket(Ipv4 address, std::uint16_t port, bool shared) {
  auto socket = std::make_unique<Socket>(io_, ip::udp::v4());
  if (shared) socket->set_option(ip::udp::socket::reuse_address(true));
  error_code ignored;  // the kernel may grant less
  (void)socket->set_option(boost::asio::socket_base::receive_buffer_size(receive_buffer_octets), ignored);
  error_code failed;
  (void)socket->bind(to_udp(address, port), failed);
  if (failed) throw system_error(failed, "bind " + to_string(address) + ":" + std::to_string(port));
  socket->non_blocking(true);
  return *sockets_.emplace_back(std::move(socket));
}

void UdpBearer::join(Socket& socket, Ipv4 group) {
  ip_mreqn request{};
  request.imr_multiaddr.s_addr = htonl(group.value);
  request.imr_address.s_addr = htonl(config_.bind.value);
  if (!config_.interface.empty()) {
    request.imr_ifindex = interface_index().value_or(0);
    if (request.imr_ifindex == 0)
      throw system_error(error_code(ENODEV, boost::system::system_category()), config_.interface);
  }
  set_option(socket, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request, "join multicast group");
  // Without this a socket also gets the group's traffic of interfaces that others have joined.
  const int off = 0;
  set_option(socket, IPPROTO_IP, IP_MULTICAST_ALL, &off, sizeof off, "IP_MULTICAST_ALL");
}

void UdpBearer::receive(Socket& socket) {
  socket.async_wait(Socket::wait_read, [this, &socket](const error_code& e) {
    if (e || stopped_ || !up_) return;
    read_all(socket);
    if (up_ && !stopped_) receive(socket);
  });
}

void UdpBearer::read_all(Socket& socket) {
  for (int i = 0; i < datagrams_per_turn && up_; ++i) {
    ip::udp::endpoint from;
    error_code e;
    const auto size = socket.receive_from(boost::asio::buffer(buffer_), from, 0, e);
    if (e == boost::asio::error::would_block || e == boost::asio::error::try_again) return;
    // An ICMP error of an earlier datagram: says nothing about this socket.
    if (e == boost::asio::error::connection_refused || e == boost::asio::error::interrupted) continue;
    if (e) return fail("receive: " + e.message());
    if (is_echo(from)) continue;
    const auto port = socket.local_endpoint(e).port();
    handlers_.on_datagram({Ipv4{from.address().to_v4().to_uint()}, port,
                           Bytes(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(size))});
  }
}

bool UdpBearer::is_echo(const ip::udp::endpoint& from) const {
  return from.address().to_v4().to_uint() == config_.bind.value && from.port() == config_.dport;
}

bool UdpBearer::pump(const Poll& poll) {
  bool sent = false;
  for (int n = 0; n < datagrams_per_pump && up_; ++n) {
    const auto datagram = poll();
    if (!datagram) break;
    sent = true;
    (void)send(*datagram);
  }
  return sent;
}

bool UdpBearer::send(const engine::Datagram& datagram) {
  if (!up_) return false;
  error_code e;
  // A DMP node answers to where it was asked from.
  auto& socket = dmp_ != nullptr && datagram.port == *config_.dmp_port ? *dmp_ : *sender_;
  socket.send_to(boost::asio::buffer(datagram.octets), to_udp(datagram.peer, datagram.port), 0, e);
  if (!e) return true;
  switch (e.value()) {
    case ENETDOWN:
    case ENODEV:
    case EBADF:
      fail("send: " + e.message());
      return false;
    case ENETUNREACH:
    case EADDRNOTAVAIL:
      // No way to one station says nothing about the others; no way to the group does.
      if (datagram.peer.is_multicast()) {
        fail("send: " + e.message());
        return false;
      }
      [[fallthrough]];
    default:
      // Full queue, refused by a local filter, too large: lost like any datagram, and told.
      handlers_.report("warning", "send_failed",
                       {{"bearer", config_.name},
                        {"to", to_string(datagram.peer) + ":" + std::to_string(datagram.port)},
                        {"error", e.message()}});
      return true;
  }
}

void UdpBearer::fail(const std::string& why) {
  // Handlers still queued on these sockets run with an error and return: close now, free later.
  sender_ = dmp_ = nullptr;
  auto old = std::make_shared<std::vector<std::unique_ptr<Socket>>>(std::move(sockets_));
  sockets_.clear();
  error_code ignored;
  for (const auto& socket : *old) (void)socket->close(ignored);
  boost::asio::post(io_, [old] {});
  up_ = false;
  if (why != last_failure_)
    handlers_.report("alert", "bearer_failed",
                     {{"bearer", config_.name}, {"bind", to_string(config_.bind)}, {"error", why}});
  last_failure_ = why;
  tell(false);
  watch();
}

// A device that was taken away and came back has lost our group memberships without a word; a
// station that only listens would never notice.
void UdpBearer::watch() {
  timer_.expires_after(watch_interval);
  timer_.async_wait([this](const error_code& e) {
    if (e || stopped_) return;
    if (!up_) return start();
    if (const auto now = interface_index(); now && *now != interface_index_)
      return fail("the network interface changed");
    watch();
  });
}

}  // namespace longwire::io
