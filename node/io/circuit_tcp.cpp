#include "node/io/circuit_tcp.hpp"

#include "node/io/endpoint.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <array>
#include <utility>

namespace longwire::io {

namespace {

using boost::system::error_code;

// The kernel takes a message at once; gone it is when the far host has acknowledged it.
constexpr std::chrono::milliseconds look_every{50};
constexpr unsigned most_looks = 600;  // half a minute

std::size_t unacknowledged(int fd) {
  int octets = 0;
  return ::ioctl(fd, SIOCOUTQ, &octets) == 0 && octets > 0 ? static_cast<std::size_t>(octets) : 0;
}

}  // namespace

struct CircuitTcp::Connection {
  Connection(StreamListener::Socket s, acp127::Code code) : socket(std::move(s)), scanner(code) {}
  StreamListener::Socket socket;
  acp127::Scanner scanner;
  std::array<std::uint8_t, 16 * 1024> in{};
  bool open = false;
};

CircuitTcp::CircuitTcp(boost::asio::io_context& io, Settings settings, const Clock& clock, Handlers handlers)
    : io_(io), settings_(std::move(settings)), clock_(clock), handlers_(std::move(handlers)), retry_(io), drain_(io) {
  if (!settings_.listen) return;
  listener_ =
      std::make_unique<StreamListener>(io, *settings_.listen, [this](StreamListener::Socket s, std::string who) {
        // The newest connection counts: its owner may have lost the old one without our hearing of it.
        if (connection_) lost("another connection came");
        opened(std::make_shared<Connection>(std::move(s), settings_.code), who);
      });
}

CircuitTcp::~CircuitTcp() { stop(); }

std::string CircuitTcp::address() const { return listener_ ? listener_->address() : to_string(*settings_.connect); }

void CircuitTcp::start() {
  if (listener_) {
    listener_->start();
    handlers_.report("notice", "circuit_listening", {{"address", listener_->address()}});
  } else {
    connect();
  }
}

void CircuitTcp::stop() {
  stopped_ = true;
  retry_.cancel();
  drain_.cancel();
  if (listener_) listener_->stop();
  error_code ignored;
  if (const auto old = std::exchange(connection_, nullptr)) (void)old->socket.close(ignored);
}

void CircuitTcp::connect() {
  if (stopped_) return;
  auto c = std::make_shared<Connection>(StreamListener::Socket(io_), settings_.code);
  connection_ = c;
  c->socket.async_connect(to_asio(*settings_.connect), [this, c](const error_code& e) {
    if (c != connection_) return;
    if (e) return lost(e.message());
    opened(c, to_string(*settings_.connect));
  });
}

void CircuitTcp::opened(std::shared_ptr<Connection> connection, const std::string& who) {
  connection_ = std::move(connection);
  connection_->open = true;
  // A cable that was pulled tells nothing: without this a message could wait for ever.
  const int on = 1;
  (void)::setsockopt(connection_->socket.native_handle(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  back_off_.reset();
  const auto mine = connection_;
  handlers_.state(true, who);
  if (mine == connection_) read();
}

void CircuitTcp::read() {
  connection_->socket.async_read_some(
      boost::asio::buffer(connection_->in), [this, c = connection_](const error_code& e, std::size_t size) {
        if (c != connection_) return;
        if (e) return lost(e == boost::asio::error::eof ? "closed by the other side" : e.message());
        c->scanner.feed({c->in.data(), size});
        while (auto found = c->scanner.poll()) handlers_.message(std::move(*found));
        if (c == connection_) read();
      });
}

void CircuitTcp::send(std::uint64_t delivery, std::string /*name*/, Bytes octets) {
  sending_ = Sending{delivery, std::move(octets), 0};
  if (connection_ && connection_->open) return write();
  boost::asio::post(io_, [this] { finish(false, "no connection"); });
}

void CircuitTcp::write() {
  const auto& s = *sending_;
  const auto rest = boost::asio::buffer(s.octets.data() + s.written, s.octets.size() - s.written);
  connection_->socket.async_write_some(rest, [this, c = connection_](const error_code& e, std::size_t size) {
    if (c != connection_ || !sending_) return;
    if (e) return lost(e.message());
    sending_->written += size;
    if (sending_->written < sending_->octets.size()) write();
    else wait_for_peer(0);
  });
}

void CircuitTcp::wait_for_peer(unsigned looks) {
  if (unacknowledged(connection_->socket.native_handle()) == 0) return finish(true, "");
  if (looks >= most_looks) return lost("the other side does not take what was sent");
  drain_.expires_after(look_every);
  drain_.async_wait([this, c = connection_, looks](const error_code& e) {
    if (!e && c == connection_ && sending_) wait_for_peer(looks + 1);
  });
}

void CircuitTcp::finish(bool ok, const std::string& text) {
  if (!sending_ || stopped_) return;
  const auto s = *std::exchange(sending_, std::nullopt);
  handlers_.sent({s.delivery, ok, s.written > 0, s.octets.size(), text});
}

void CircuitTcp::lost(const std::string& why) {
  const auto old = std::exchange(connection_, nullptr);
  drain_.cancel();
  error_code ignored;
  if (old) {
    (void)old->socket.close(ignored);
    old->scanner.finish();  // a message that was cut off is one for the operator
    while (auto found = old->scanner.poll()) handlers_.message(std::move(*found));
  }
  if (old && old->open) handlers_.state(false, why);
  finish(false, why);
  if (stopped_ || listener_) return;
  retry_.expires_after(clock_.real(back_off_.next()));
  retry_.async_wait([this](const error_code& e) {
    if (!e && !connection_) connect();
  });
}

}  // namespace longwire::io
