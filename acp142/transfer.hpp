// Transfer: one outgoing message, round by round, until every destination has it (section 6).
//
// A round is: Address_PDU, the Data_PDUs somebody misses (each as often as the plan says), and at
// its end an Extra_Address_PDU that asks for the Acks. The next round starts the moment the last
// expected Ack is in; a missing Ack costs the time of its slot, not a timer.
#pragma once

#include "acp142/coded_book.hpp"
#include "acp142/context.hpp"
#include "acp142/pdu.hpp"
#include "acp142/repetition_plan.hpp"
#include "acp142/sequence_set.hpp"

#include <map>
#include <optional>
#include <utility>

namespace longwire::acp142 {

class Transfer {
 public:
  enum class End : std::uint8_t { live, acknowledged, failed };

  // fragment_octets 0: chosen from max_pdu.
  Transfer(Context& context, Outgoing message, std::size_t fragment_octets, Time now);
  void restore(const SendingState& state, Time now);

  std::uint32_t message_id() const { return message_.message_id; }
  std::uint8_t priority() const { return message_.priority; }
  std::uint16_t total() const { return total_; }
  End end() const { return end_; }
  bool started() const { return started_; }
  // Somebody who can answer is expected to answer now; on half duplex less urgent messages wait.
  bool listens() const;
  // The bearer repeats what is lost, for as long as the destination may transmit.
  bool by_arq() const { return message_.arq && to_.size() == 1 && !to_.front().emcon; }
  bool acknowledged_by_arq() const { return ack_by_arq_; }

  // False when the Ack cannot be true; nothing is changed then.
  bool on_ack(PeerState& peer, const AckInfoEntry& entry, Time now);
  void peer_heard(PmulId peer, Time now);
  void peer_emcon_changed(PmulId peer, bool silent, Time now);
  void leave_silence(Time now);
  void hold(bool held, Time now);
  // A dynamic group is being asked for; nothing is sent before it is there.
  bool waits_for_group() const { return waits_for_group_; }
  void wait_for_group() { waits_for_group_ = true; }
  void set_group(Ipv4 group);
  // Once for every complete repeat: a dynamic group is announced again.
  bool take_repeated() { return std::exchange(repeated_, false); }
  // Reports everybody who has not acknowledged as failed.
  void fail(std::string_view reason);

  void run_timers(Time now);
  Time next_timer() const;
  bool ready(Time now);
  Frame next_pdu(Time now);
  void transmitted(Time air_end);
  // Queued bearers: the PDU polled last has this ticket; and what became of it.
  void handed_over(std::uint64_t ticket, Time now);
  void done(std::uint64_t ticket, bool ok, Time now);

  AddressPdu ack_ack() const;
  Frame frame(const Pdu& pdu) const;
  TransferView view() const;
  Time expiry() const { return message_.expiry; }

 private:
  struct Receiving {  // one destination
    Destination destination;
    PeerState* peer = nullptr;
    SequenceSet acked;
    bool done = false;
    bool failed = false;
    bool heard = false;       // any Ack at all
    bool emcon = false;       // cannot answer now
    bool released = false;    // out of EMCON in the midst of the transfer, and has not answered since
    bool coded = false;       // gets parity, and says how much it wants
    std::size_t code = 0;     // its number in the book
    bool unknown = false;     // what it holds, after a restart
    unsigned unanswered = 0;  // questions in a row
    bool answered = false;    // in this round
    Time last_answer{};
    bool live() const { return !done && !failed; }
  };
  enum class Phase : std::uint8_t {
    sending,   // PDUs of a round are left
    awaiting,  // the round is on the air, answers are due
    resting,   // nobody answers: waiting for the Re-transmission or EMCON timer
  };
  enum class Round : std::uint8_t { first, repair, poll, full, emcon, update, redo };

  static constexpr std::uint16_t address_mark = 0;  // in the queue: an Address_PDU
  // What air time that would be idle anyway counts against time gained.
  static constexpr double speculation_weight = 0.25;
  static constexpr std::uint64_t fec_first_row_after_restart = 0x4000;  // below it, by chance
  static constexpr unsigned quick_questions = 3;                        // before the Re-transmission timer is used

  // transfer_rounds.cpp
  void start_round(Round kind, Time now);
  void choose_data(Round kind, Time now);
  bool worth_sending_unasked(const Receiving& to) const;
  std::vector<unsigned> missing_at(Round kind, std::vector<double>& loss) const;
  void queue_copies(const std::vector<unsigned>& receivers, const std::vector<double>& loss);
  bool nothing_was_missing() const;
  bool address_between_passes() const;
  bool queue_doubtful(Time now);
  void append_repairs(const Runs& listed, Time now);
  void plan_tail();
  bool has_pdu(Time now);
  void end_empty_round(Time now);
  void round_sent(Time now);
  void round_over(Time now);
  void nobody_answered(Time now);
  void give_up_silent();
  Duration pause() const;
  Duration first_pause() const;
  unsigned early_questions() const;

  // transfer_coded.cpp
  bool coding_pays() const;
  bool coded_from_the_start(const PeerState& peer) const;
  std::size_t fragment_size() const;
  void set_up_code();
  void set_coded(Receiving& to, bool coded);
  bool any_coded() const;
  bool any_plain_answers() const;
  bool wanted(std::size_t sequence) const;
  void queue_coded(Round kind);
  void coded_receivers(Round kind, std::vector<CodedBook::Receiver>& answering, std::vector<Losses>& silent,
                       BlockTail& address) const;
  std::size_t worth_a_try(const Receiving& to) const;
  void queue_sources(Round kind, const std::vector<CodedBook::Receiver>& answering, bool any_silent);
  Carousel carousel_for(const std::vector<Losses>& silent) const;
  void queue_silent_part(Round kind, const std::vector<Losses>& silent, CodedBook::PerBlock& symbols);
  void insert_silent_addresses(const std::vector<Losses>& silent);
  void insert_address(std::size_t at);
  ParityPrice parity_price() const;
  double idle_weight() const;
  Losses losses_of(const Receiving& to) const;
  Losses silent_losses(const Receiving& to) const;
  void append_parity(Time now);
  void report_code(Receiving& to, const AckInfoEntry& entry, Time now);
  void fall_back();
  std::vector<AddressPdu> coded_address_parts(bool extra) const;
  bool clean_so_far(const std::vector<CodedBook::Receiver>& receivers) const;
  Frame address_frame(const AddressPdu& pdu, Time now);
  std::vector<AddressPdu> parts(const AddressPdu& part, std::size_t header) const;

  // transfer_under_way.cpp
  void round_lost(Time now);
  bool all_handed_over() const;

  Time answers_due() const;
  Duration retransmission_time() const;
  Duration emcon_interval() const;
  double loss_of(const Receiving& to) const;
  double worst_loss() const;

  // transfer_acks.cpp
  Receiving* destination(PmulId id);
  bool somebody_can_answer() const;
  void note_answer(Receiving& to, Time now);
  void repeat_ack_ack(Time now);
  void mark_done(Receiving& to);
  void merge(Receiving& to, const AckInfoEntry& entry, Time now);
  void measure(Receiving& to, std::size_t sequence, bool missing);
  void report_loss(PeerState& peer);
  void end_if_settled();
  bool settled(std::size_t sequence, Time now) const;
  bool all_sent_to(const Receiving& to) const;
  Runs counted(const AckInfoEntry& entry) const;

  // the PDUs themselves
  std::vector<AddressPdu> address_parts(bool extra) const;
  DataPdu data_pdu(std::size_t sequence) const;
  bool everybody_reads_142a() const;
  Checksum checksum() const;

  Context& context_;
  Outgoing message_;
  std::size_t fragment_octets_;
  std::uint16_t total_ = 0;
  const bool coding_pays_;              // for those that answer
  std::vector<Receiving> to_;           // ascending ids
  std::vector<std::uint16_t> lacking_;  // per PDU: destinations that have not acknowledged it
  std::vector<Time> sent_at_;           // per PDU: when its last copy left
  std::vector<std::uint8_t> copies_;    // per PDU: in this round
  std::vector<bool> queued_;            // per PDU: still to come in this round
  std::optional<CodedBook> code_;       // the message can be coded
  std::vector<bool> for_coded_;         // per PDU: in the queue for coded destinations
  std::vector<bool> gone_out_;          // per PDU: sent, as far as the bearer tells
  CodedBook::PerBlock parity_lost_;     // by block: the bearer lost so many parity PDUs
  Time code_told_at_ = never;           // when the first FEC_Address_PDU went
  Time tell_code_at_ = Time::min();     // somebody may by then have had the last FEC_Address_PDU and said so
  bool plain_told_ = false;             // a plain Address_PDU went: somebody may know the message, but not the code
  bool plain_head_ = false;             // this round begins with a plain Address_PDU
  bool first_share_lost_ = false;       // perhaps: the parity of the first transmission to silent ones, by a restart
  bool has_data_ = false;               // this round has Data_PDUs
  bool blind_ = false;                  // this round is a repeat for silent destinations

  Phase phase_ = Phase::resting;
  End end_ = End::live;
  bool started_ = false;
  bool held_ = false;
  bool waits_for_group_ = false;
  bool repeated_ = false;
  unsigned round_ = 0;
  unsigned silent_rounds_ = 0;
  unsigned emcon_repeats_ = 0;  // begun
  unsigned emcon_whole_ = 0;    // transmissions for silent destinations that have gone out

  std::vector<AddressPdu> head_;
  std::size_t head_at_ = 0;
  std::vector<std::uint16_t> queue_;
  std::size_t queue_at_ = 0;
  std::vector<AddressPdu> tail_;
  std::size_t tail_at_ = 0;
  bool tail_planned_ = false;

  std::size_t data_sent_ = 0;                       // Data_PDUs, all kinds
  std::size_t last_polled_ = 0;                     // Data_PDU number, 0 = another PDU
  std::map<std::uint64_t, std::size_t> under_way_;  // by ticket: Data_PDU number, 0 = another PDU
  std::vector<std::uint8_t> handed_;                // per PDU: copies in the queue of the bearer
  std::vector<bool> again_;                         // per PDU: it did not leave, or was not confirmed
  bool lost_ = false;                               // something of this round did not leave
  bool redo_ = false;                               // the next round sends it
  bool ack_by_arq_ = false;                         // the last Ack came by ARQ
  Time round_end_{};
  Duration delay_seen_{0};  // how late the answers of this round are
  Time retry_at_ = never;   // Re-transmission timer
  Time revived_at_{};       // a silent destination was heard and asked out of turn
  Time emcon_at_ = never;   // EMCON Re-transmission timer
};

}  // namespace longwire::acp142
