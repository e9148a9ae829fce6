#include "node/io/smtp_connection.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include <chrono>

namespace longwire::io {

namespace {

using boost::system::error_code;

// RFC 5321 4.5.3.2.7: a server waits at least five minutes for the next command.
constexpr std::chrono::minutes idle_limit{5};
// After the 421 of an idle client: time to take it before the line is cut.
constexpr std::chrono::seconds farewell_limit{10};

}  // namespace

SmtpConnection::SmtpConnection(Socket socket, smtp::ServerSession session, const Owner& owner)
    : socket_(std::move(socket)), session_(std::move(session)), owner_(owner), idle_(socket_.get_executor()) {}

void SmtpConnection::start() {
  session_.start();
  arm_idle_timer();
  after_drain();  // the greeting promises nothing
}

void SmtpConnection::read() {
  if (reading_ || closed_) return;
  reading_ = true;
  socket_.async_read_some(boost::asio::buffer(in_), [self = shared_from_this()](const error_code& e, std::size_t size) {
    self->reading_ = false;
    if (self->closed_) return;
    if (e) return self->close();
    self->arm_idle_timer();
    const auto before = self->owner_.handed_over();
    try {
      self->session_.feed({self->in_.data(), size}, self->owner_.now());
    } catch (...) {
      self->close();  // of this mail nothing was promised; the loop reports the fault
      throw;
    }
    if (self->owner_.handed_over() != before) return self->owner_.fed(self);
    self->after_drain();
    self->owner_.idle_fed();
  });
}

// Nothing is read while replies wait to be written: a client that does not read cannot make us
// store replies without end.
void SmtpConnection::after_drain() {
  if (closed_ || writing_) return;
  auto output = session_.take_output();
  if (!output.empty()) return write(std::move(output));
  if (session_.closed()) return close();
  read();
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
                             // What was fed meanwhile has been drained or asks for its own turn.
                             if (self->session_.closed()) return self->close();
                             self->read();
                           });
}

void SmtpConnection::arm_idle_timer() {
  if (idled_) return;
  idle_.expires_after(idle_limit);
  idle_.async_wait([weak = weak_from_this()](const error_code& e) {
    const auto self = weak.lock();
    if (e || !self || self->closed_) return;
    self->idled_ = true;
    if (self->writing_) return self->close();  // it does not even read
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
  (void)socket_.shutdown(Socket::shutdown_both, ignored);
  (void)socket_.close(ignored);
  owner_.gone(this);
}

}  // namespace longwire::io
