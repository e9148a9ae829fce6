// ClientSession: one connection of a client (Annex A, F.16): its octets, its binding, its counters.
// What its requests mean is decided in Subnetwork.
#pragma once

#include "base/time.hpp"
#include "bearers/s5066/primitive.hpp"

#include <optional>
#include <string_view>

namespace longwire::s5066 {

using ClientId = std::uint64_t;

struct Binding {
  std::uint8_t sap = 0, rank = 0;
  DeliveryMode service;
};

class ClientSession {
 public:
  // bind_by: when it is to have bound; never: a client of this process.
  ClientSession(ClientId id, std::size_t output_limit, Time now, Time bind_by)
      : id_(id), output_limit_(output_limit), own_(bind_by == never), bind_by_(bind_by), last_heard_(now) {}

  ClientId id() const { return id_; }
  bool own() const { return own_; }
  Time bind_by() const { return bind_by_; }  // never: it has been bound, or need not
  const std::optional<Binding>& binding() const { return binding_; }
  void bind(const Binding& binding);
  void unbind() { binding_.reset(); }

  // --- octets ------------------------------------------------------------------------------------
  void feed(ByteView octets, Time now);
  std::optional<Result<Primitive>> next();
  // More octets than the longest frame has, and neither a primitive nor a new error among them. Once
  // for each such stretch.
  bool babbles();
  void post(const Primitive& primitive);
  Bytes take_output() { return std::exchange(output_, {}); }
  std::size_t output_octets() const { return output_.size(); }
  // No more of what it says is read; the connection ends when its output is written.
  void close() { closing_ = true; }
  bool wants_close() const { return closing_; }
  bool overflowed() const { return overflowed_; }  // it does not read what we write

  // --- flow control (A.2.1.13): what it has queued, off above `high`, on again below half of it ------
  void queued(std::size_t octets) { queued_octets_ += octets, ++outstanding_; }
  void released(std::size_t octets) { queued_octets_ -= octets, --outstanding_; }
  void update_flow(std::size_t high);
  std::size_t queued_octets() const { return queued_octets_; }
  std::size_t outstanding() const { return outstanding_; }
  bool flow_open() const { return flow_open_; }

  unsigned count_invalid() { return ++invalid_; }
  unsigned count_expedited() { return ++expedited_; }
  unsigned invalid() const { return invalid_; }

  // --- keep-alive (A.2.1.16) -----------------------------------------------------------------------
  void on_keep_alive(Time now);
  // Asks after `interval` of silence. False: asked twice and no word since.
  bool tick(Duration interval, Time now);
  Time next_wake(Duration interval) const;

 private:
  ClientId id_;
  std::size_t output_limit_;
  bool own_;
  Time bind_by_;
  PrimitiveReader reader_;
  std::size_t unread_octets_ = 0;  // since the reader found something
  Bytes output_;
  std::optional<Binding> binding_;
  bool closing_ = false, overflowed_ = false, flow_open_ = true;
  std::size_t queued_octets_ = 0, outstanding_ = 0;
  unsigned invalid_ = 0, expedited_ = 0;
  Time last_heard_;
  Time asked_ = never;      // our last keep-alive
  Time answered_ = Time{};  // our last answer to one of the client's
  unsigned unanswered_ = 0;
};

}  // namespace longwire::s5066
