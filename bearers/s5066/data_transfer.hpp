// DataTransfer: the data transfer sublayer of one station (Annex C) with its half-duplex floor.
//
// C_PDUs and a time go in, D_PDUs come out one by one while an over lasts: the next D_PDU is chosen
// when the modem has room for it, so that urgent data waits for one D_PDU and not for an over.
#pragma once

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "bearers/modem/modem.hpp"
#include "bearers/s5066/d_pdu.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace longwire::s5066 {

inline constexpr Duration longest_over = std::chrono::milliseconds{127'500};  // EOT: 255 half seconds

struct DataTransferConfig {
  Address self;
  bool half_duplex = true;
  std::size_t max_segment = 0;       // 1-1023; 0 = by rate
  bool adapt_segment = true;         // smaller segments on a bad channel
  unsigned window = window_limit;    // 1-128 (C.6.2)
  Duration max_over = longest_over;  // of our own transmissions, lead not counted, tail counted
  // Media access on a shared frequency (Annex K and section 7 of the reference): after the channel is
  // free a station waits `turnaround` + slot x slot_time; slot 0 for answers that are owed, a random
  // one of `slots` for new traffic. slots 0: point to point, no waiting.
  Duration turnaround{0};
  Duration slot_time = std::chrono::milliseconds{500};
  unsigned slots = 0;
  // Data rate change (C.6.4): waveforms this station may use, slowest first; empty: fixed rate.
  std::vector<modem::Waveform> waveforms;
  bool autobaud = true;           // receivers recognise the rate: no exchange, the sender just changes
  bool advise = true;             // send DRC advisories with what we measure
  unsigned max_retries = 3;       // of management and reset exchanges (C-DRC-5)
  unsigned max_silent_overs = 8;  // ARQ overs without any answer before the connection is lost
  unsigned ack_copies = 2;        // ACK-ONLY in one over: its loss costs a round trip
};

enum class Service : std::uint8_t { arq, expedited_arq, non_arq, expedited_non_arq };

struct CPduRequest {
  std::uint64_t ticket = 0;  // names it in the events; unique while it lives
  Address dest;              // group: non-ARQ services only
  Service service = Service::non_arq;
  std::uint8_t priority = 0;  // 0-15, 15 first; D_PDU by D_PDU
  bool in_order = false;
  unsigned repeats = 0;   // non-ARQ: sent 1 + repeats times
  Time expiry = never;    // discarded then (rejected: ttl_expired)
  bool for_link = false;  // it asks for a link or its end: for the floor as urgent as what waits for that
  Bytes c_pdu;
};

namespace dts {
struct Indication {
  Address from, dest;  // dest: own address or a group
  Service service = Service::arq;
  bool with_errors = false;
  std::vector<std::pair<std::uint16_t, std::uint16_t>> errored, missing;  // offset, size in the C_PDU
  Bytes c_pdu;
};
struct Confirmed {
  std::uint64_t ticket;
};  // ARQ: the far node has all of it
struct Sent {
  std::uint64_t ticket;
};  // non-ARQ: its last D_PDU has left the modem's queue
struct Rejected {
  std::uint64_t ticket;
  std::string_view reason;  // ttl_expired not_connected connection_lost cancelled too_large queue_full
};
struct ConnectionLost {
  Address peer;
  std::string_view reason;  // no_answer reset_failed rate_change_failed not_connected_there
};
// A WARNING came: the peer does not know of a connection (reason 1) or could not use a D_PDU.
struct WarningReceived {
  Address peer;
  std::uint8_t received_type, reason;
};
struct WarningSent {
  Address peer;
  std::uint8_t received_type, reason;
};
// A D_PDU of this station with a good header, whoever it was for. over_link: told once more when it was for
// us and belongs to the connection.
struct Heard {
  Address peer;
  bool over_link = false;
};
struct ManagementReceived {
  Address peer;
  Eow eow;
  std::optional<Bytes> extended;
};
struct WaveformChanged {
  Address peer;
  modem::Waveform waveform;
  std::string_view why;
};
struct Discarded {
  std::string_view reason;
};  // a received D_PDU that was dropped, by named error
}  // namespace dts
using DataTransferEvent =
    std::variant<dts::Indication, dts::Confirmed, dts::Sent, dts::Rejected, dts::ConnectionLost, dts::WarningReceived,
                 dts::WarningSent, dts::Heard, dts::ManagementReceived, dts::WaveformChanged, dts::Discarded>;

class DataTransfer {
 public:
  DataTransfer(DataTransferConfig config, std::uint64_t seed);
  ~DataTransfer();

  // From the channel access sublayer (tables C-10 to C-25).
  void connection_made(Address peer, Time now);        // initialises ARQ towards peer
  void connection_terminated(Address peer, Time now);  // stops it; what is queued is rejected
  bool in_use(Address peer) const;                     // ARQ D_PDUs went either way since it was made
  void send(CPduRequest request, Time now);            // too late or impossible: told as Rejected
  void cancel(std::uint64_t ticket, Time now);         // ARQ: DROP what is on its way
  void send_eow(Address peer, Eow eow, Time now);      // on the next D_PDU to peer
  // Wrong-mode delivery: also hand up non-ARQ C_PDUs with errors (A: mode 3).
  void deliver_errors(bool on);

  // From the modem.
  void on_octets(ByteView octets, Time now);
  // waveform: of what is received, where the modem tells: dates the D_PDUs better.
  void on_carrier(bool on, Time now, std::optional<modem::Waveform> waveform = std::nullopt);
  void on_signal(double snr_db, Time now);

  // --- the floor ---------------------------------------------------------------------------------
  // True when something waits and the floor is ours now; otherwise next_wake() tells when to ask.
  bool wants_over(Time now) const;
  // The waveform of the over that would begin now. Set it at the modem before begin_over(), whose
  // timing is that of this waveform.
  modem::Waveform next_waveform(Time now) const;
  // Without autobaud: where the modem is to listen now. Nothing: it recognises the waveform itself.
  std::optional<modem::Waveform> receive_waveform() const;
  // The over begins: plans its length (EOT). Returns the waveform to use (the same).
  modem::Waveform begin_over(const modem::Timing& timing, Time now);
  // The next D_PDU of the over, sync included; nothing: end the over.
  std::optional<Bytes> next_d_pdu(Time now);
  // The carrier is down. complete false: what was in this over counts as not sent.
  void over_ended(bool complete, Time now);

  void set_timing(const modem::Timing& timing, modem::Waveform waveform);  // of the modem now
  void set_emcon(bool silent, Time now);  // nothing is owed or started while silent; reception goes on
  // How urgent what waits above for a link to this station is, 0-16; negative: nothing does.
  void set_demand(std::function<int(Address)> demand);
  void reset(Time now);  // the modem is gone: reject what is queued with connection_lost

  std::vector<DataTransferEvent> take_events();
  Time next_wake() const;
  void tick(Time now);

  // C_PDUs accepted and neither sent (non-ARQ) nor confirmed (ARQ), and their octets.
  std::size_t queued_c_pdus() const;
  std::size_t queued_octets() const;
  // Per connection: state, window, retransmissions; floor, overs, rate, SNR, loss.
  boost::json::object status(Time now) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace longwire::s5066
