// VirtualAir: stations on one channel in virtual time: half or full duplex, lead, tail and delay of
// the modems, propagation, collisions, loss of D_PDUs, bit errors. It also watches the rules of EOT
// and of the floor; what breaks them is told in violations().
#pragma once

#include "base/rng.hpp"
#include "bearers/s5066/d_pdu.hpp"
#include "bearers/s5066/data_transfer.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace longwire::s5066::testing {

struct AirConfig {
  modem::Timing timing{std::chrono::milliseconds{200}, std::chrono::milliseconds{100}, std::chrono::milliseconds{50}};
  modem::Waveform waveform{1200, modem::Interleaver::short_};
  Duration propagation = std::chrono::milliseconds{10};
  Duration detect = std::chrono::milliseconds{50};  // key() to the others' carrier detect
  bool half_duplex = true;
  bool carrier_detect = true;
  bool autobaud = true;       // receivers recognise the waveform; otherwise they hear their own only
  double loss = 0;            // of a D_PDU at one receiver
  double bit_error_rate = 0;  // of what is not lost
};

class VirtualAir {
 public:
  struct Received {
    std::size_t at;  // station
    Time time;
    dts::Indication indication;
  };
  struct Transmitted {
    std::size_t station;
    Time start, end;  // key() to the carrier's end
    Time first_bit;
    std::vector<std::pair<Time, DPdu>> d_pdus;  // first bit of each
    bool complete = true;
    modem::Waveform waveform{};
  };

  explicit VirtualAir(AirConfig config, std::uint64_t seed = 1) : config_(config), rng_(seed) {}

  std::size_t add(DataTransferConfig station);
  DataTransfer& dts(std::size_t i) { return *stations_[i].dts; }
  static Address address(std::size_t i) { return {0x1020304U + static_cast<std::uint32_t>(i), false}; }
  // Both ends have made the link.
  void connect(std::size_t a, std::size_t b);
  void restart(std::size_t i);  // forgets everything
  std::uint64_t send(std::size_t from, CPduRequest request);
  std::uint64_t send(std::size_t from, std::size_t to, Bytes c_pdu, Service service = Service::arq,
                     std::uint8_t priority = 0, bool in_order = false);

  Time now() const { return now_; }
  void run_for(Duration d) { run_until(now_ + d); }
  void run_until(Time end);
  // Runs until nothing is queued anywhere; false: not within `most`.
  bool settle(Duration most);
  void at(Time when, std::function<void()> what) { agenda_.emplace(when, std::move(what)); }

  AirConfig& config() { return config_; }
  std::function<void(std::size_t, const DataTransferEvent&)> on_event;
  std::function<bool(std::size_t receiver, const DPdu&)> lose;  // besides config.loss
  std::function<double(modem::Waveform)> loss_at;               // besides both
  // nullopt: what was handed over is sent. For tests of cut overs.
  std::function<bool(const Transmitted&)> cut;

  const std::vector<Received>& received() const { return received_; }
  const std::vector<DataTransferEvent>& events(std::size_t i) const { return stations_[i].events; }
  const std::deque<Transmitted>& transmissions() const { return log_; }
  const std::vector<std::string>& violations() const { return violations_; }
  template <class E>
  std::vector<E> events_of(std::size_t i) const {
    std::vector<E> out;
    for (const auto& event : stations_[i].events)
      if (const auto* e = std::get_if<E>(&event)) out.push_back(*e);
    return out;
  }
  std::string transcript() const;  // every D_PDU, for a failure's message
  std::string tail_of_transcript() const;
  std::size_t count_sent(std::size_t i, DPduType type) const;

 private:
  struct Station {
    DataTransferConfig config;
    std::unique_ptr<DataTransfer> dts;
    std::vector<DataTransferEvent> events;
    Transmitted* over = nullptr;
    unsigned carriers = 0;
    bool carrier_told = false;
    Time silent_until{};         // by the EOT it has decoded
    modem::Waveform waveform{};  // of its modem
    std::uint64_t generation = 0;
  };

  void attend(std::size_t i);
  void begin(std::size_t i);
  void pull(std::size_t i);
  void finish(std::size_t i, bool complete);
  void deliver(std::size_t from, std::size_t to, Time first, Time last, const Transmitted* over, const DPdu& pdu,
               Bytes octets);
  void tell_carrier(std::size_t i);
  bool disturbed(std::size_t at, const Transmitted* by, Time first, Time last) const;
  void check_eot(const Transmitted& over);

  AirConfig config_;
  Rng rng_;
  Time now_ = from_unix(1'700'000'000);
  std::vector<Station> stations_;
  std::multimap<Time, std::function<void()>> agenda_;
  std::deque<Transmitted> log_;  // references stay
  std::vector<Received> received_;
  std::vector<std::string> violations_;
  std::uint64_t next_ticket_ = 1;
  unsigned empty_overs_ = 0;
};

Bytes pattern(std::size_t size, std::uint64_t seed);

}  // namespace longwire::s5066::testing
