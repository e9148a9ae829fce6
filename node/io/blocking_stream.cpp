#include "node/io/blocking_stream.hpp"

#include "node/io/endpoint.hpp"

#include <boost/system/error_code.hpp>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <utility>

namespace longwire::io {

namespace {

std::string reason(int e) { return boost::system::error_code(e, boost::system::system_category()).message(); }

bool wait_for(int fd, short events, std::chrono::milliseconds limit) {
  pollfd p{fd, events, 0};
  int ready = 0;
  do ready = ::poll(&p, 1, static_cast<int>(limit.count()));
  while (ready < 0 && errno == EINTR);
  if (ready == 0) errno = ETIMEDOUT;
  return ready > 0;
}

bool write_all(int fd, ByteView octets) {
  while (!octets.empty()) {
    const auto n = ::write(fd, octets.data(), octets.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    octets = octets.subspan(static_cast<std::size_t>(n));
  }
  return true;
}

}  // namespace

std::optional<BlockingStream> BlockingStream::connect(const engine::Endpoint& to, std::chrono::milliseconds limit,
                                                      std::string& why) {
  const auto address = to_asio(to);
  BlockingStream stream(::socket(address.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (stream.fd_ >= 0 && ::connect(stream.fd_, address.data(), static_cast<socklen_t>(address.size())) == 0)
    return stream;
  if (stream.fd_ >= 0 && errno == EINPROGRESS && wait_for(stream.fd_, POLLOUT, limit)) {
    int outcome = 0;
    socklen_t size = sizeof outcome;
    (void)::getsockopt(stream.fd_, SOL_SOCKET, SO_ERROR, &outcome, &size);
    if (outcome == 0) return stream;
    errno = outcome;
  }
  why = to_string(to) + ": " + reason(errno);
  return std::nullopt;
}

BlockingStream::~BlockingStream() {
  if (fd_ >= 0) ::close(fd_);
}

BlockingStream::BlockingStream(BlockingStream&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

bool BlockingStream::write(ByteView octets, std::chrono::milliseconds limit) {
  while (!octets.empty()) {
    const auto n = ::send(fd_, octets.data(), octets.size(), MSG_NOSIGNAL);
    if (n > 0) octets = octets.subspan(static_cast<std::size_t>(n));
    else if (errno == EAGAIN && !wait_for(fd_, POLLOUT, limit)) return false;
    else if (errno != EAGAIN && errno != EINTR) return false;
  }
  return true;
}

std::optional<Bytes> BlockingStream::read(std::chrono::milliseconds limit) {
  Bytes chunk(64 * 1024);
  while (true) {
    const auto n = ::recv(fd_, chunk.data(), chunk.size(), 0);
    if (n >= 0) {
      chunk.resize(static_cast<std::size_t>(n));
      return chunk;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN || !wait_for(fd_, POLLIN, limit)) return std::nullopt;
  }
}

void BlockingStream::pass_through(int in, int out) {
  constexpr std::chrono::minutes patience{10};
  Bytes chunk(64 * 1024);
  std::array<pollfd, 2> wait{{{fd_, POLLIN, 0}, {in, POLLIN, 0}}};
  while (::poll(wait.data(), wait.size(), -1) > 0 || errno == EINTR) {
    if (wait[1].revents != 0) {
      const auto n = ::read(in, chunk.data(), chunk.size());
      if (n > 0 && !write(ByteView(chunk).first(static_cast<std::size_t>(n)), patience)) return;
      if (n <= 0) {
        (void)::shutdown(fd_, SHUT_WR);
        wait[1].fd = -1;  // poll() skips it from here on
      }
    }
    if (wait[0].revents == 0) continue;
    const auto got = read(patience);
    if (!got || got->empty() || !write_all(out, *got)) return;
  }
}

}  // namespace longwire::io
