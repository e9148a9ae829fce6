#include "node/io/smtp_connection.hpp"

#include "node/io/tls_setup.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include <chrono>

namespace longwire::io {

namespace {

using boost::system::error_code;

// RFC 5321 4.5.3.2.7: a server waits at least five minutes for the next command.
constexpr std::chrono::minutes idle_limit{5};
// A handshake is two exchanges: who needs longer does not mean it.
constexpr std::chrono::minutes handshake_limit{1};
// After the 421 of an idle client: time to take it before the line is cut.
constexpr std::chrono::seconds farewell_limit{10};

}  // namespace

SmtpConnection::SmtpConnection(Socket socket, smtp::ServerSession session, Tls tls, std::string address,
                               const Owner& owner)
    : socket_(std::move(socket)),
      session_(std::move(session)),
      tls_(std::move(tls)),
      address_(std::move(address)),
      owner_(owner),
      idle_(socket_.get_executor()),
      pause_(socket_.get_executor()) {}

void SmtpConnection::start() {
  if (tls_.implicit) begin_tls();
  else session_.start();
  arm_idle_timer();
  after_drain();  // the greeting promises nothing
}

void SmtpConnection::begin_tls() {
  stream_.emplace(tls_.context, std::string(), owner_.now());
  arm_idle_timer();
}

void SmtpConnection::read() {
  if (reading_ || closed_) return;
  reading_ = true;
  socket_.async_read_some(boost::asio::buffer(in_), [self = shared_from_this()](const error_code& e, std::size_t size) {
    self->reading_ = false;
    if (self->closed_) return;
    if (e) {
      if (self->stream_ && !self->over()) {
        self->stream_->end_of_input();
        if (const auto& failure = self->stream_->failure()) self->owner_.tls_failed(*self, *failure);
      }
      return self->close();
    }
    self->arm_idle_timer();
    const auto before = self->owner_.handed_over();
    try {
      self->received({self->in_.data(), size});
    } catch (...) {
      self->close();  // of this mail nothing was promised; the loop reports the fault
      throw;
    }
    if (self->owner_.handed_over() != before) return self->owner_.fed(self);
    self->after_drain();
    self->owner_.idle_fed();
  });
}

void SmtpConnection::received(ByteView octets) {
  if (!stream_) return session_.feed(octets, owner_.now());
  stream_->feed(octets);
  if (!shaken_ && stream_->established()) {
    shaken_ = true;
    session_.tls_established(facts_of(*stream_));
    if (tls_.implicit) session_.start();
  }
  for (auto plain = stream_->take_plain(); !plain.empty(); plain = stream_->take_plain())
    session_.feed(as_bytes(plain), owner_.now());
  if (const auto& failure = stream_->failure()) owner_.tls_failed(*this, *failure);
  ending_ = stream_->failure() || stream_->closed();
}

// Nothing is read while replies wait to be written: a client that does not read cannot make us
// store replies without end.
void SmtpConnection::after_drain() {
  if (closed_ || writing_) return;
  auto output = session_.take_output();
  const auto pause = session_.take_pause();
  if (stream_) {
    stream_->write(as_bytes(output));
    if (over()) stream_->close();
    output = stream_->take_output();
  }
  if (!output.empty()) return pause > Duration{0} ? write_later(std::move(output), pause) : write(std::move(output));
  if (over()) return close();
  read();
}

void SmtpConnection::write_later(std::string octets, Duration pause) {
  writing_ = true;
  out_ = std::move(octets);
  pause_.expires_after(pause);
  // Nobody else holds the connection meanwhile; close() ends the wait.
  pause_.async_wait([self = shared_from_this()](const error_code& e) {
    if (!e && !self->closed_) self->write(std::exchange(self->out_, {}));
  });
}

void SmtpConnection::write(std::string octets) {
  writing_ = true;
  out_ = std::move(octets);
  boost::asio::async_write(socket_, boost::asio::buffer(out_),
                           [self = shared_from_this()](const error_code& e, std::size_t) {
                             self->writing_ = false;
                             if (self->closed_) return;
                             if (e) return self->close();
                             self->arm_idle_timer();
                             self->written();
                           });
}

void SmtpConnection::written() {
  if (stream_) {
    auto more = stream_->take_output();
    if (!more.empty()) return write(std::move(more));
  } else if (session_.wants_tls()) {
    begin_tls();
  }
  // What was fed meanwhile has been drained or asks for its own turn.
  if (over()) return close();
  read();
}

void SmtpConnection::arm_idle_timer() {
  if (idled_) return;
  idle_.expires_after(stream_ && !shaken_ ? handshake_limit : idle_limit);
  idle_.async_wait([weak = weak_from_this()](const error_code& e) {
    const auto self = weak.lock();
    if (e || !self || self->closed_) return;
    self->idled_ = true;
    if (self->writing_) return self->close();                   // it does not even read
    if (self->stream_ && !self->shaken_) return self->close();  // there is nothing to say it in
    self->session_.idle_timeout();
    self->owner_.fed(self);
    self->idle_.expires_after(farewell_limit);
    self->idle_.async_wait([weak](const error_code& e2) {
      const auto late = weak.lock();
      if (!e2 && late) late->close();
    });
  });
}

void SmtpConnection::close() {
  if (std::exchange(closed_, true)) return;
  const auto self = shared_from_this();
  error_code ignored;
  idle_.cancel();
  pause_.cancel();
  (void)socket_.shutdown(Socket::shutdown_both, ignored);
  (void)socket_.close(ignored);
  owner_.gone(this);
}

}  // namespace longwire::io
