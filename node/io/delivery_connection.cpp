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
                                       smtp::ClientSession session, Tls tls, OnDone on_done)
    : server_(std::move(server)),
      socket_(io),
      session_(std::move(session)),
      tls_(std::move(tls)),
      on_done_(std::move(on_done)),
      timer_(io) {}

void DeliveryConnection::start() {
  arm(connect_limit);
  socket_.async_connect(to_asio(server_), [self = shared_from_this()](const error_code& e) {
    if (self->closed_) return;
    if (e) return self->lost();
    self->arm(reply_limit);
    if (self->tls_.context && self->tls_.implicit) self->begin_tls();
    self->pump();
    self->read();
  });
}

void DeliveryConnection::read() {
  socket_.async_read_some(boost::asio::buffer(in_), [self = shared_from_this()](const error_code& e, std::size_t size) {
    if (self->closed_) return;
    if (e) return self->lost();
    self->arm(self->session_.done() ? quit_limit : std::chrono::seconds(reply_limit));
    self->received({self->in_.data(), size});
    self->pump();
    if (!self->closed_) self->read();
  });
}

void DeliveryConnection::begin_tls() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  stream_.emplace(tls_.context, tls_.server_name, Time{std::chrono::duration_cast<Duration>(now)});
}

void DeliveryConnection::received(ByteView octets) {
  if (!stream_) {
    session_.feed(octets);
    if (session_.wants_tls()) begin_tls();
    return;
  }
  stream_->feed(octets);
  if (!shaken_ && stream_->established()) {
    shaken_ = true;
    session_.tls_established();
  }
  for (auto plain = stream_->take_plain(); !plain.empty(); plain = stream_->take_plain())
    session_.feed(as_bytes(plain));
  if (const auto& failure = stream_->failure(); failure && !session_.done()) {
    tls_failed_ = !shaken_;
    session_.tls_failed(std::string(failure->name) + ": " + failure->text);
  }
}

// The outcome is told as soon as it is certain; QUIT may still be on its way.
void DeliveryConnection::pump() {
  if (session_.done() && !std::exchange(reported_, true)) {
    arm(quit_limit);
    on_done_(session_, tls_failed_);
  }
  if (writing_ || closed_) return;
  out_ = session_.take_output();
  if (stream_) {
    stream_->write(as_bytes(out_));
    if (session_.done()) stream_->close();
    out_ = stream_->take_output();
  }
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
  if (stream_ && !session_.done()) {
    stream_->end_of_input();
    if (!shaken_) {
      tls_failed_ = true;
      const auto& failure = stream_->failure();
      session_.tls_failed(failure ? std::string(failure->name) + ": " + failure->text : "the connection ended");
    }
  }
  if (!session_.done()) session_.connection_lost();
  if (!std::exchange(reported_, true)) on_done_(session_, tls_failed_);
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
