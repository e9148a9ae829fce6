// Connection: what is known of one remote node (C.6.1: one state machine for each).
#pragma once

#include "bearers/s5066/arq_receiver.hpp"
#include "bearers/s5066/arq_sender.hpp"
#include "bearers/s5066/expedited.hpp"
#include "bearers/s5066/management.hpp"
#include "bearers/s5066/non_arq_sender.hpp"
#include "bearers/s5066/owed_ack.hpp"
#include "bearers/s5066/rate_choice.hpp"
#include "bearers/s5066/rate_exchange.hpp"
#include "bearers/s5066/resync.hpp"
#include "bearers/s5066/segment_size.hpp"
#include "bearers/s5066/warning_box.hpp"

#include <deque>
#include <string_view>

namespace longwire::s5066 {

struct Connection {
  // urgent: of all stations; it outlives the connection.
  Connection(Address address, const DataTransferConfig& config, const NonArqSender& urgent)
      : peer(address),
        m(address_octets_of(address, config.self)),
        tx(config.window, config.half_duplex),
        urgent_tx(config.window, config.half_duplex),
        resync(config.max_retries),
        management(config.max_retries),
        urgent_non_arq(&urgent) {}

  enum class State : std::uint8_t { idle, data, expedited_data, management };
  // Tables C-10 to C-25. The states are not kept but read off what is going on: they end when nothing
  // is left to send and no answer is awaited (figure C-42).
  State state() const;
  // C-ST-3: which D_PDUs the state allows (WARNINGs always).
  bool may_send(DPduType type) const;
  // A type 8 C_PDU to it that is partly sent is looked up, not noted: it may end between two overs.
  bool urgent_data() const { return !urgent_tx.idle() || urgent_non_arq->busy_with(peer); }
  bool urgent_business() const { return urgent_data() || urgent_ack.due(); }

  bool awaits_answer() const { return awaiting; }
  void answered() {
    awaiting = false;
    silent_overs = 0;
  }

  static std::uint8_t address_octets_of(Address a, Address b);

  Address peer;
  std::uint8_t m;  // octets of the address field between us
  bool connected = false;
  bool used = false;  // ARQ D_PDUs went either way since the connection was made
  ArqSender tx;
  ArqReceiver rx;
  ExpeditedSender urgent_tx;
  ExpeditedReceiver urgent_rx;
  Resync resync;
  ManagementExchange management;
  const NonArqSender* urgent_non_arq;
  OwedAck ack, urgent_ack;
  WarningBox warnings;
  std::deque<Eow> eows;  // to ride on whatever goes to it next

  SegmentSize sizes;
  RateChoice rate;            // of what we send to it
  RateChoice heard;           // of what it sends to us: our advice
  std::optional<Eow> advice;  // in so many more overs
  unsigned advice_overs = 0;
  RateExchange exchange;
  modem::Waveform former;  // before the exchange
  unsigned exchange_retries = 0;
  std::optional<Eow> last_eow;  // received; copies are told once

  bool asked_in_over = false;
  unsigned rank = 0;  // in which it was asked
  bool awaiting = false;
  Time answer_by{};
  Time urgent_settled{};  // no acknowledgement of expedited data can come later
  unsigned silent_overs = 0;
  Time last_heard{};

  std::uint64_t d_pdus_sent = 0, d_pdus_received = 0, bad_segments = 0;
};

std::string_view to_string(Connection::State state);

}  // namespace longwire::s5066
