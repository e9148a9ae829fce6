// Receiver: every message that comes in, and the Acks we owe for them (sections 7 and 8).
#pragma once

#include "acp142/context.hpp"
#include "acp142/reception.hpp"
#include "acp142/sequence_gaps.hpp"

#include <map>
#include <set>
#include <unordered_map>

namespace longwire::acp142 {

class Receiver {
 public:
  explicit Receiver(Context& context) : context_(context) {}

  // Peer is the one with the PDU's Source_ID; from is the address the datagram came from.
  void on_address(const AddressPdu& pdu, PeerState& peer, Ipv4 from, Time now);
  void on_data(DataPdu pdu, PeerState& peer, Ipv4 from, Time now);
  void on_discard(const DiscardMessagePdu& pdu, PeerState& peer, Time now);

  void accept(ReceptionKey key, Time now);
  void refuse(ReceptionKey key, Time now);
  void restore(ReceptionState state, Time now);
  void set_silent(Time now);
  void leave_silence(Time now);

  void run_timers(Time now);
  Time next_timer() const;
  // Priority of the most urgent Ack that may go now.
  std::optional<std::uint8_t> ready() const;
  // The Ack_PDU for it, with everything else ready for the same source.
  Frame next_ack(Time now);
  // Queued bearers: the Ack polled last has this ticket; and what became of it.
  void handed_over(std::uint64_t ticket) { under_way_.emplace(ticket, std::move(last_ack_)); }
  void done(std::uint64_t ticket, bool ok, bool arq, Time now);

  std::vector<ReceptionView> views() const;

 private:
  struct Source {
    PeerState* peer = nullptr;
    std::size_t in_progress = 0;
    std::vector<std::uint32_t> unidentified;  // message ids, the oldest first
    std::size_t unidentified_octets = 0;
    std::set<std::pair<Time, std::uint32_t>> remembered;  // what is over, by the time it opened
    std::set<std::uint32_t> waiting;                      // messages whose Ack waits for quiet
    SequenceGaps gaps;
    Duration spacing{0};  // between Data_PDUs, as seen
  };
  using Receptions = std::map<ReceptionKey, Reception>;
  struct Told {  // what an Ack said
    ReceptionKey key;
    bool complete;
  };
  enum class Listed : std::uint8_t { yes, no, undecided };

  Listed own_id(const AddressPdu& pdu) const;
  Source& source_of(PeerState& peer);
  Reception* find(ReceptionKey key);
  Reception& insert(Reception reception, Source& source);
  void erase(Receptions::iterator at, std::string_view reason);
  void count(Source& source, const Reception& reception, int sign);
  void move_to(Reception& reception, Reception::Stage stage);

  bool open(Reception& reception, const AddressPdu& pdu, Source& source, Ipv4 from, Time now);
  void open_new(ReceptionKey key, const AddressPdu& pdu, Source& source, Ipv4 from, Time now);
  bool contradicts(const Reception& reception, const AddressPdu& pdu, const Source& source) const;
  void listed(Reception& reception, const AddressPdu& pdu, Source& source, Time now);
  bool name(Reception& reception, const AddressPdu& pdu);
  void tell_opened(const Reception& reception);
  Time drop_time(Time expiry) const;
  void not_listed(ReceptionKey key, Time now);
  void hold_unidentified(DataPdu pdu, Source& source, Ipv4 from, Time now);
  void make_room(Source& source, std::size_t messages, std::size_t octets);
  bool evict_for(std::uint8_t priority, Source& source, Time now);
  bool store(Reception& reception, std::uint16_t sequence, Bytes octets, Ipv4 from);
  void complete(Reception& reception, Ipv4 from);
  void give_up(Reception& reception);
  void forget_oldest();

  // receiver_coded.cpp
  bool learn_code(Reception& reception, const AddressPdu& pdu, Ipv4 from);
  void new_coded_round(Reception& reception, const AddressPdu& pdu);
  bool store_parity(Reception& reception, std::uint16_t sequence, Bytes octets, Ipv4 from);
  void restore_code(Reception& reception, ReceptionState& state);
  void count_symbols(Reception& reception);
  void solve(Reception& reception, std::size_t block);
  static void drop_parity(Reception& reception, std::uint16_t sequence);
  static void drop_misfits(Reception& reception);
  static void drop_all_parity(Reception& reception);
  bool is_genuine(const Reception& reception, ByteView message) const;
  void start_again(Reception& reception, Ipv4 from);
  std::vector<MissingItem> wanted_symbols(const Reception& reception) const;
  Runs missing_runs(const Reception& reception, std::size_t up_to) const;
  std::size_t symbols_to_come(const Reception& reception) const;
  std::uint16_t mark(const PeerState& peer) const;
  bool time_to_tell(const Reception& reception, const Source& source) const;
  bool covered(const Reception& reception, const Source& source) const;
  static void view_code(const Reception& reception, ReceptionView& view);

  // When to acknowledge (7.3).
  void heard_source(Source& source, std::uint32_t message_id, Time now);
  static unsigned jumped(Reception& reception, std::uint16_t sequence);
  void observe_progress(Reception& reception, Source& source, std::uint16_t sequence, Time now);
  void new_over(Reception& reception, Source& source);
  void after_data(Reception& reception, Source& source, bool was_new, Time now);
  void acknowledge(Reception& reception, Source& source, Time due, bool waits_for_quiet);
  void acknowledge_when_quiet(Reception& reception, Source& source, std::size_t pdus_to_come, Time now);
  Duration own_turn(const Reception& reception);
  Duration spacing(const Reception& reception, const Source& source) const;
  Duration ack_pdu_time(const Reception& reception) const;
  void schedule(Reception& reception);
  void sent(Reception& reception, Source& source, Time now);
  void confirmed(Reception& reception, Source& source);
  void start_ack_timer(Reception& reception, Time now);
  void drop_ack(Reception& reception, Source& source);
  void withdraw_empty_ack(Reception& reception, Source& source);
  AckInfoEntry entry(const Reception& reception, const PeerState& peer) const;
  bool has_something_to_say(const Reception& reception) const;
  void run_timer(Receptions::iterator at, Time now);

  Context& context_;
  Receptions receptions_;
  std::unordered_map<PmulId, Source> sources_;
  std::set<std::pair<Time, ReceptionKey>> timers_;
  std::set<std::pair<std::uint8_t, ReceptionKey>> ready_;
  std::vector<Told> last_ack_;
  std::map<std::uint64_t, std::vector<Told>> under_way_;
};

}  // namespace longwire::acp142
