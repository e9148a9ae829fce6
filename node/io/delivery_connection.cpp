#include "node/io/delivery_connection.hpp"

#include "node/io/endpoint.hpp"

#include <boost/asio/write.hpp>

#include <chrono>

namespace longwire::io {

namespace {

using boost::system::error_code;

constexpr std::chrono::seconds connect_limit{30};
// RFC 5321 4.5.3.2: the longest of the client's minimum time-outs, the reply to the final dot.
constexpr std::chrono::minutes reply_limit{10};
constexpr std::chrono::seconds quit_limit{5};

}  // namespace

DeliveryConnection::DeliveryConnection(boost::asio::io_context& io, engine::Endpoint server,
                                       smtp::ClientSession session, OnDone on_done)
    : server_(std::move(server)), socket_(io), session_(std::move(session)), on_done_(std::move(on_done)), timer_(io) {}

void DeliveryConnection::start() {
  arm(connect_limit);
  socket_.async_connect(to_asio(server_), [self = shared_from_this()](const error_code& e) {
    if (self->closed_) return;
    if (e) return self->lost();
    self->arm(reply_limit);
    self->pump();
    self->read();
  });
}

void DeliveryConnection::read() {
  socket_.async_read_some(boost::asio::buffer(in_), [self = shared_from_this()](const error_code& e, std::size_t size) {
    if (self->closed_) return;
    if (e) return self->lost();
    self->arm(self->session_.done() ? quit_limit : std::chrono::seconds(reply_limit));
    self->session_.feed({self->in_.data(), size});
    self->pump();
    if (!self->closed_) self->read();
  });
}

// The outcome is told as soon as it is certain; QUIT may still be on its way.
void DeliveryConnection::pump() {
  if (session_.done() && !std::exchange(reported_, true)) {
    arm(quit_limit);
    on_done_(session_);
  }
  if (writing_ || closed_) return;
  out_ = session_.take_output();
  if (out_.empty()) {
    if (session_.done()) finish();
    return;
  }
  writing_ = true;
  boost::asio::async_write(socket_, boost::asio::buffer(out_),
                           [self = shared_from_this()](const error_code& e, std::size_t) {
                             self->writing_ = false;
                             if (self->closed_) return;
                             if (e) return self->lost();
                             self->pump();
                           });
}

void DeliveryConnection::lost() {
  if (!session_.done()) session_.connection_lost();
  if (!std::exchange(reported_, true)) on_done_(session_);
  finish();
}

void DeliveryConnection::arm(std::chrono::seconds limit) {
  timer_.expires_after(limit);
  timer_.async_wait([weak = weak_from_this()](const error_code& e) {
    const auto self = weak.lock();
    if (e || !self || self->closed_) return;
    if (!self->session_.done()) self->session_.timed_out();
    self->lost();
  });
}

void DeliveryConnection::finish() {
  if (std::exchange(closed_, true)) return;
  error_code ignored;
  timer_.cancel();
  (void)socket_.close(ignored);
}

void DeliveryConnection::abort() {
  reported_ = true;
  finish();
}

}  // namespace longwire::io
