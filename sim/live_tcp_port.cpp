#include "sim/live_tcp_port.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace longwire::sim {

TcpPort::TcpPort(const engine::Endpoint& listen) : where_(listen.host + ":" + std::to_string(listen.port)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(listen.port);
  if (::inet_pton(AF_INET, listen.host.c_str(), &address.sin_addr) != 1)
    throw LiveError(where_ + ": not an IPv4 address");
  listener_ = Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (listener_.get() < 0) fail_with_errno("socket");
  const int on = 1;
  ::setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener_.get(), 4) != 0)
    fail_with_errno("cannot listen on " + where_);
  if (listen.port != 0) return;
  socklen_t size = sizeof address;  // the system has chosen
  ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
  where_ = listen.host + ":" + std::to_string(ntohs(address.sin_port));
}

void TcpPort::add_descriptors(std::vector<int>& out, bool input) const {
  out.push_back(listener_.get());
  if (connection_.get() >= 0 && input) out.push_back(connection_.get());
}

PortNews TcpPort::accept() {
  PortNews news;
  Descriptor fresh(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (fresh.get() < 0 || connection_.get() >= 0) return news;  // a second one is hung up on
  const int on = 1;
  ::setsockopt(fresh.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  connection_ = std::move(fresh);
  out_.clear();
  news.opened = true;
  return news;
}

PortNews TcpPort::read(int fd) {
  if (fd == listener_.get()) return accept();
  PortNews news;
  std::array<std::uint8_t, 16 * 1024> buffer;
  const auto n = ::recv(connection_.get(), buffer.data(), buffer.size(), 0);
  if (n > 0) {
    news.octets.assign(buffer.begin(), buffer.begin() + n);
  } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
    close();
    news.closed = true;
  }
  return news;
}

bool TcpPort::write(ByteView octets) {
  if (connection_.get() < 0) return true;
  out_.insert(out_.end(), octets.begin(), octets.end());
  if (out_.empty()) return true;
  const auto n = ::send(connection_.get(), out_.data(), out_.size(), MSG_NOSIGNAL);
  if (n > 0) out_.erase(out_.begin(), out_.begin() + n);
  return out_.size() <= most_port_backlog;
}

void TcpPort::close() {
  connection_ = Descriptor();
  out_.clear();
}

}  // namespace longwire::sim
