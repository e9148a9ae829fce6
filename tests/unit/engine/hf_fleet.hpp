// HfFleet: two nodes whose only bearer has a queue of its own, as an HF node has. The "radio" sends one
// datagram after the other, tells of each, repeats nothing and confirms what goes by ARQ.
#pragma once

#include "acp142/pdu.hpp"
#include "fleet.hpp"

#include <array>
#include <deque>
#include <vector>

namespace longwire::engine {

class HfFleet {
 public:
  struct Sent {
    std::size_t from;
    Time at;
    Datagram datagram;
    acp142::Pdu pdu;
    bool is_data() const { return std::holds_alternative<acp142::DataPdu>(pdu); }
    bool is_ack() const { return std::holds_alternative<acp142::AckPdu>(pdu); }
    bool is_address() const { return std::holds_alternative<acp142::AddressPdu>(pdu); }
    bool is_question() const { return is_address() && std::get<acp142::AddressPdu>(pdu).extra; }
    bool is_ack_ack() const { return is_address() && std::get<acp142::AddressPdu>(pdu).is_ack_ack(); }
  };

  explicit HfFleet(std::function<void(Config&)> change = {});
  void start();
  Ship& operator[](std::size_t i) { return *ships_[i]; }
  Time now() const { return now_; }
  void run(Duration d);
  bool run_until(const std::function<bool()>& condition, Duration most);
  void crash(std::size_t i);
  void restart(std::size_t i);
  void set_up(std::size_t i, bool up);
  void submit(std::size_t octets, int mt_priority = 0);  // from 0 to 1
  boost::json::object command(std::size_t at, const boost::json::object& request);
  std::size_t count(bool (Sent::*what)() const, std::size_t from = 0) const;
  static Ipv4 address(std::size_t i) { return Ipv4{0x01020300 + static_cast<std::uint32_t>(i) + 1}; }

  std::uint64_t rate_bps = 9600;
  std::size_t room = 8;  // datagrams a queue takes
  Duration confirmation = std::chrono::seconds{3};
  // What becomes of a datagram: arrives or not, and what the bearer tells.
  struct Fate {
    bool arrives = true, ok = true;
  };
  std::function<Fate(const Sent&)> fate;
  std::vector<Sent> sent;
  std::size_t spins = 0;  // turns without progress of time

 private:
  struct Queue {
    std::deque<Datagram> waiting;
    Time busy_until{};
    bool up = false, flow = true;
  };
  struct Due {
    std::size_t ship;
    Event event;
    bool counted;  // of the queue of that ship
  };
  void settle();
  void tell_flow(std::size_t i);
  void transmit(std::size_t i);
  Time next_event() const;

  Time now_ = from_unix(1'800'000'000);
  std::array<std::unique_ptr<Ship>, 2> ships_;
  std::array<Queue, 2> queues_;
  std::array<std::size_t, 2> held_{};  // in the queue or unconfirmed
  std::multimap<Time, Due> due_;
  int messages_ = 0;
};

}  // namespace longwire::engine
