// The inside of DataTransfer: the connections, the floor and the over, and what joins them.
// data_transfer.cpp: requests, timers, floor; data_transfer_over.cpp: what goes into an over;
// data_transfer_receive.cpp: what a received D_PDU does.
#pragma once

#include "bearers/s5066/connection.hpp"
#include "bearers/s5066/d_pdu_scanner.hpp"
#include "bearers/s5066/data_transfer.hpp"
#include "bearers/s5066/floor.hpp"
#include "bearers/s5066/non_arq_receiver.hpp"
#include "bearers/s5066/non_arq_sender.hpp"
#include "bearers/s5066/over.hpp"

#include <functional>
#include <map>
#include <string_view>

namespace longwire::s5066 {

struct DataTransfer::Impl {
  Impl(DataTransferConfig config, std::uint64_t seed);

  // --- data_transfer.cpp ---
  Connection* find(Address peer);
  Connection& station(Address peer);  // makes room if it must
  void connection_made(Address peer);
  void connection_terminated(Address peer);
  void forget(Connection& c, std::string_view reason);
  void lose(Connection& c, std::string_view reason);
  void send(CPduRequest request, Time now);
  bool accept(const CPduRequest& request, Time now);
  void cancel(std::uint64_t ticket);
  void reject(const std::vector<std::uint64_t>& tickets, std::string_view reason);
  void tick(Time now);
  void silence(Connection& c, Time now);
  void set_emcon(bool on);
  void expect_nothing(Connection& c);
  void reset(Time now);
  Time next_wake() const;
  Time next_over() const;  // when we may begin one; never: nothing waits, or an event decides
  bool owes_answers() const;
  bool has_traffic() const;
  bool awaits_answer() const;
  std::uint8_t urgency() const;  // of the most urgent that could be sent now
  std::size_t queued_c_pdus() const;
  std::size_t queued_octets() const;

  // --- data_transfer_over.cpp ---
  modem::Waveform next_waveform() const;
  void set_timing(const modem::Timing& modem_timing);
  void begin_over(const modem::Timing& modem_timing, Time now);
  void plan_over();
  std::optional<Bytes> next_d_pdu(Time now);
  void over_ended(bool complete, Time now);
  SegmentRule rule_for(const Connection& c) const;
  SegmentRule rule_for_non_arq() const;
  std::size_t cap_octets(std::uint32_t rate_bps, Duration tail) const;  // of an over
  std::size_t cap_octets() const;
  std::size_t least_cap_octets() const;
  std::size_t planned_octets() const;
  std::size_t control_octets(const Connection& c, std::size_t data_d_pdus) const;
  bool only_non_arq() const;
  NonArqSender::Held held() const;
  std::optional<DPdu> choose(Time now);
  std::optional<DPdu> choose_control();
  std::optional<DPdu> choose_ack(const Connection* rides);
  std::optional<DPdu> choose_urgent(Time now);
  std::optional<DPdu> choose_data(Time now);
  Connection* best_arq(Offer& best);
  Connection* best_urgent(Offer& best);
  DPdu to(const Connection& c, DPduBody body) const;
  DPdu arq_data(Connection& c);
  DPdu non_arq_data(NonArqSender& sender, Time now);
  void asks(Connection& c);
  void attach_eow(DPdu& pdu);
  std::size_t most_data(const Connection& c) const;

  // --- data_transfer_adapt.cpp ---
  std::size_t start_index() const;
  std::optional<modem::Waveform> receive_waveform() const;
  std::size_t index_of(modem::Waveform w, std::size_t otherwise) const;
  void learn(Connection& c, const std::vector<std::pair<std::size_t, bool>>& samples, Time now);
  void adapt_rate(Connection& c, Time now);
  void take_waveform(Connection& c, std::size_t index, std::string_view why);
  void note_quality(Connection& c, bool bad, Time now);
  void on_eow(Connection& c, const Eow& eow, Time now);
  void on_exchange(Connection& c, const RateExchange::Outcome& outcome);
  bool exchange_silence(Connection& c);
  unsigned management_copies() const;

  // --- data_transfer_receive.cpp ---
  void on_octets(ByteView octets, Time now);
  void on_found(const DPduScanner::Found& found, Time now);
  void on_body(Connection* known, const DPdu& pdu, Time begun, Time now);
  void on_data(Connection& c, const DataPart& data, Time now);
  void on_ack(Connection& c, const AckPart& ack, DPduType type, Time now);
  void on_reset(Connection& c, const Reset& reset, Time now);
  void on_expedited(Connection& c, const ExpeditedData& data);
  void on_expedited_ack(Connection& c, const AckPart& ack, Time now);
  void on_management(Connection& c, const Eow& eow, const Management& body, Time now);
  void on_non_arq(const DPdu& pdu, const NonArq& data, Time begun, Time now);
  void on_warning(Address from, const Warning& warning, Time now);
  void warn(Address peer, std::uint8_t received_type, std::uint8_t reason, Time now);
  void discard(std::string_view reason);
  void hand_up_non_arq();
  void initialise(Connection& c);
  void answered(Connection& c, Time now);

  template <class E>
  void tell(E event) {
    events.emplace_back(std::move(event));
  }

  DataTransferConfig config;
  modem::Timing timing;
  modem::Waveform waveform;                       // of the modem now
  std::optional<std::size_t> base_index;          // in config.waveforms: what the operator has set
  std::optional<modem::Waveform> heard_waveform;  // of what is received
  Floor floor;
  Over over;
  std::map<std::uint32_t, Connection> connections;
  NonArqSender regular{false}, urgent{true};
  NonArqReceiver receiver;
  DPduScanner scanner;
  std::vector<DataTransferEvent> events;
  bool emcon = false;
  std::uint64_t serial = 0;
  Time last_octets{};
  Time answer_limit{};  // octets that come in put the time for answers off, but not for ever
  std::optional<double> snr_db;
  Time expected_reply_from{};
  std::function<int(Address)> demand;
  std::map<std::string_view, std::uint64_t> discarded;
  std::uint64_t overs = 0, d_pdus_received = 0;
};

}  // namespace longwire::s5066
