#include "node/io/stream_port.hpp"

#include "base/limits.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <utility>

namespace longwire::io {

namespace {

using boost::system::error_code;

// A connection that holds so long is worth trying again soon when it is lost.
constexpr std::chrono::seconds steady_after{5};
constexpr std::chrono::seconds connect_limit{10};
// We closed it ourselves: the peer only needs a moment to notice.
constexpr std::chrono::microseconds reopen_pause{100'000};

// One call that makes the kernel send RST and forget what waits to go out; the descriptor stays.
void reset_connection(int fd) {
  sockaddr nowhere{};
  nowhere.sa_family = AF_UNSPEC;
  (void)::connect(fd, &nowhere, sizeof nowhere);
}

}  // namespace

struct StreamPort::Connection {
  explicit Connection(boost::asio::io_context& io) : socket(io) {}
  boost::asio::generic::stream_protocol::socket socket;
  std::array<std::uint8_t, 16 * 1024> in{};
  Bytes out, writing;
  bool open = false;
  bool closing = false;  // once everything is written
  std::chrono::steady_clock::time_point opened_at;
};

StreamPort::StreamPort(boost::asio::io_context& io, Endpoint where, std::string name, const Clock& clock,
                       Handlers handlers, std::chrono::microseconds most_keyed)
    : io_(io),
      where_(std::move(where)),
      name_(std::move(name)),
      clock_(clock),
      handlers_(std::move(handlers)),
      timer_(io),
      most_keyed_(most_keyed) {
  if (most_keyed_ > most_keyed_.zero()) watchdog_.emplace(reset_connection);
}

StreamPort::~StreamPort() { stop(); }

void StreamPort::start() { connect(); }

void StreamPort::stop() {
  stopped_ = true;
  timer_.cancel();
  (void)drop();
}

int StreamPort::descriptor() { return connection_ && connection_->open ? connection_->socket.native_handle() : -1; }

// Whether the watchdog had cut it.
bool StreamPort::drop() {
  const auto old = std::exchange(connection_, nullptr);
  if (!old) return false;
  const bool cut = watchdog_ && watchdog_->disarm();
  keyed_ = false;
  error_code ignored;
  (void)old->socket.close(ignored);
  return cut;
}

void StreamPort::set_ptt(bool on) {
  if (!watchdog_ || on == keyed_ || !connection_ || !connection_->open) return;
  keyed_ = on;
  if (on) watchdog_->arm(connection_->socket.native_handle(), most_keyed_);
  else if (watchdog_->disarm()) lost("cut by the transmit watchdog");
}

void StreamPort::connect() {
  if (stopped_) return;
  connection_ = std::make_shared<Connection>(io_);
  timer_.expires_after(connect_limit);
  timer_.async_wait([this, c = connection_](const error_code& e) {
    if (!e && c == connection_) lost("no answer");
  });
  connection_->socket.async_connect(where_, [this, c = connection_](const error_code& e) {
    if (c != connection_) return;
    e ? lost(e.message()) : connected();
  });
}

void StreamPort::connected() {
  timer_.cancel();
  const int on = 1;
  // Small packets with a meaning of their own: none waits for another.
  (void)::setsockopt(connection_->socket.native_handle(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  connection_->open = true;
  connection_->opened_at = std::chrono::steady_clock::now();
  const auto mine = connection_;
  handlers_.opened();
  if (mine == connection_) read();
}

void StreamPort::read() {
  connection_->socket.async_read_some(
      boost::asio::buffer(connection_->in), [this, c = connection_](const error_code& e, std::size_t size) {
        if (c != connection_) return;
        if (e) return lost(e == boost::asio::error::eof ? "closed by the other side" : e.message());
        // After our last words nothing counts any more.
        if (!c->closing) handlers_.bytes({c->in.data(), size});
        if (c == connection_) read();
      });
}

void StreamPort::write(Bytes octets) {
  if (!connection_ || !connection_->open || connection_->closing || octets.empty()) return;
  auto& out = connection_->out;
  if (out.size() + octets.size() > limits::port_output_octets) return lost("the other side does not read");
  out.insert(out.end(), octets.begin(), octets.end());
  write_some();
}

void StreamPort::write_some() {
  auto& c = *connection_;
  if (!c.writing.empty()) return;
  if (c.out.empty()) {
    if (c.closing) lost({});
    return;
  }
  c.writing = std::exchange(c.out, {});
  c.socket.async_write_some(boost::asio::buffer(c.writing),
                            [this, mine = connection_](const error_code& e, std::size_t size) {
                              if (mine != connection_) return;
                              if (e) return lost(e.message());
                              auto rest = std::exchange(mine->writing, {});
                              rest.erase(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(size));
                              rest.insert(rest.end(), mine->out.begin(), mine->out.end());
                              mine->out = std::move(rest);
                              write_some();
                            });
}

void StreamPort::reopen(bool at_once) {
  if (!connection_) return;
  if (!at_once && connection_->open) {
    connection_->closing = true;
    // Last words that nobody takes are given up soon.
    timer_.expires_after(std::chrono::seconds{1});
    timer_.async_wait([this, c = connection_](const error_code& e) {
      if (!e && c == connection_) lost({});
    });
    return write_some();
  }
  // RST: what the kernel still holds does not reach the modem, and the modem hears of it at once.
  const linger reset{1, 0};
  if (connection_->open)
    (void)::setsockopt(connection_->socket.native_handle(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  lost({});
}

// why empty: we wanted it so.
void StreamPort::lost(std::string_view why) {
  const bool was_open = connection_ && connection_->open;
  const bool was_steady = was_open && std::chrono::steady_clock::now() - connection_->opened_at >= steady_after;
  const std::string text(why);
  if (drop()) handlers_.warn("transmit_watchdog", "the connection was reset beside the loop: the node was stuck");
  timer_.cancel();
  if (was_steady) back_off_.reset();
  retry(text.empty() ? reopen_pause : back_off_.next());
  handlers_.closed(text.empty() ? std::string_view("reopened") : std::string_view(text));
}

void StreamPort::retry(std::chrono::microseconds pause) {
  if (stopped_) return;
  timer_.expires_after(clock_.real(pause));
  timer_.async_wait([this](const error_code& e) {
    if (!e && !connection_) connect();
  });
}

}  // namespace longwire::io
