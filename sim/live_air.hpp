// LiveAir: an HF frequency in real time, with simulated modems on TCP ports and pseudo terminals.
#pragma once

#include "bearers/s5066/d_pdu_scanner.hpp"
#include "sim/hf_air.hpp"
#include "sim/live_config.hpp"
#include "sim/live_medium.hpp"
#include "sim/live_modem.hpp"

#include <deque>
#include <functional>
#include <memory>

namespace longwire::sim {

class LiveAir : public LiveMedium {
 public:
  using OnDPdu = std::function<void(Time, ByteView)>;  // each D_PDU put on the air, with its sync word

  // Opens the ports of the modems of `config` that are on link `index`. Throws LiveError.
  LiveAir(const LiveConfig& config, std::size_t index, std::uint64_t seed, Time start, OnDPdu on_d_pdu);

  void add_descriptors(std::vector<int>& out) const override;
  bool receive(int fd, Time now) override;
  Time next_event() const override;
  void advance(Time now) override;
  boost::json::object report() const override;
  std::string table() const override;

 private:
  struct Station {
    ModemStation config;
    std::unique_ptr<BytePort> port;
    std::unique_ptr<LiveModem> modem;
    std::unique_ptr<s5066::DPduScanner> sent;  // finds the D_PDUs in what it sends
    bool connected = false;
    std::uint64_t d_pdus = 0;
  };

  void serve(Station& station, Time now);
  void watch(const HfEvent& event);

  HfAir air_;
  std::vector<Station> stations_;
  OnDPdu on_d_pdu_;
  Time served_{};
};

}  // namespace longwire::sim
