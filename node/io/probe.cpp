#include "node/io/probe.hpp"

#include "node/io/endpoint.hpp"

#include <boost/system/error_code.hpp>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cerrno>

namespace longwire::io {

namespace {

std::string last_error() { return boost::system::error_code(errno, boost::system::system_category()).message(); }

std::string try_bind(int type, const sockaddr* address, socklen_t size, bool listening) {
  const int fd = ::socket(address->sa_family, type | SOCK_CLOEXEC, 0);
  if (fd < 0) return last_error();
  const int on = 1;
  if (listening) (void)::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const bool good = ::bind(fd, address, size) == 0 && (!listening || ::listen(fd, 1) == 0);
  auto why = good ? std::string() : last_error();
  ::close(fd);
  return why;
}

}  // namespace

std::string try_bind_udp(Ipv4 address, std::uint16_t port) {
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_port = htons(port);
  a.sin_addr.s_addr = htonl(address.value);
  return try_bind(SOCK_DGRAM, reinterpret_cast<const sockaddr*>(&a), sizeof a, false);
}

std::string try_listen(const engine::Endpoint& endpoint) {
  if (endpoint.is_unix) {
    // Binding would create the file: whether it can be created is what matters.
    const auto folder = endpoint.host.substr(0, endpoint.host.rfind('/') + 1);
    return ::access(folder.c_str(), W_OK) == 0 ? std::string() : last_error();
  }
  const auto address = to_asio(endpoint);
  return try_bind(SOCK_STREAM, address.data(), static_cast<socklen_t>(address.size()), true);
}

}  // namespace longwire::io
