#include "node/io/stream_listener.hpp"

#include "node/io/endpoint.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include <sys/stat.h>
#include <chrono>
#include <filesystem>
#include <optional>

namespace longwire::io {

namespace {

using boost::asio::ip::tcp;
using boost::asio::local::stream_protocol;
using boost::system::error_code;

// accept() fails when descriptors run out: try again once some have been closed.
constexpr std::chrono::milliseconds accept_pause{200};

}  // namespace

struct StreamListener::Impl {
  Impl(boost::asio::io_context& context, engine::Endpoint where, OnAccept callback)
      : io(context), endpoint(std::move(where)), on_accept(std::move(callback)), pause(context) {}

  void open_tcp() {
    const tcp::endpoint where(boost::asio::ip::make_address(endpoint.host), endpoint.port);
    auto& a = tcp_acceptor.emplace(io, where.protocol());
    a.set_option(tcp::acceptor::reuse_address(true));
    if (where.address().is_v6()) a.set_option(boost::asio::ip::v6_only(true));
    a.bind(where);
    a.listen();
    endpoint.port = a.local_endpoint().port();
  }

  void open_unix() {
    // A socket file left by a crash would keep the address taken for ever.
    struct stat found {};
    if (::lstat(endpoint.host.c_str(), &found) == 0 && S_ISSOCK(found.st_mode)) std::filesystem::remove(endpoint.host);
    auto& a = unix_acceptor.emplace(io, stream_protocol());
    a.bind(stream_protocol::endpoint(endpoint.host));
    a.listen();
  }

  void accept() {
    if (tcp_acceptor) accept_on(*tcp_acceptor);
    else if (unix_acceptor) accept_on(*unix_acceptor);
  }

  template <class Acceptor>
  void accept_on(Acceptor& acceptor) {
    acceptor.async_accept([this](const error_code& e, typename Acceptor::protocol_type::socket socket) {
      if (e == boost::asio::error::operation_aborted) return;
      if (e) {
        pause.expires_after(accept_pause);
        return pause.async_wait([this](const error_code& stopped) {
          if (!stopped) accept();
        });
      }
      error_code gone;
      const auto peer = socket.remote_endpoint(gone);
      if (!gone) on_accept(StreamListener::Socket(std::move(socket)), name_of(peer));
      accept();
    });
  }

  static std::string name_of(const tcp::endpoint& peer) { return peer.address().to_string(); }
  static std::string name_of(const stream_protocol::endpoint&) { return "local"; }

  boost::asio::io_context& io;
  engine::Endpoint endpoint;
  OnAccept on_accept;
  boost::asio::steady_timer pause;
  std::optional<tcp::acceptor> tcp_acceptor;
  std::optional<stream_protocol::acceptor> unix_acceptor;
};

StreamListener::StreamListener(boost::asio::io_context& io, const engine::Endpoint& endpoint, OnAccept on_accept)
    : impl_(std::make_unique<Impl>(io, endpoint, std::move(on_accept))) {
  if (endpoint.is_unix) impl_->open_unix();
  else impl_->open_tcp();
}

StreamListener::~StreamListener() = default;

void StreamListener::start() { impl_->accept(); }

void StreamListener::stop() {
  error_code ignored;
  impl_->pause.cancel();
  if (impl_->tcp_acceptor) (void)impl_->tcp_acceptor->close(ignored);
  if (impl_->unix_acceptor) {
    (void)impl_->unix_acceptor->close(ignored);
    std::error_code also_ignored;
    std::filesystem::remove(impl_->endpoint.host, also_ignored);
  }
}

std::string StreamListener::address() const { return to_string(impl_->endpoint); }

}  // namespace longwire::io
