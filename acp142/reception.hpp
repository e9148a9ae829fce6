// Reception: one message being received, or remembered so that it is not taken twice (section 7).
#pragma once

#include "acp142/entity.hpp"
#include "acp142/fec_info.hpp"
#include "acp142/sequence_set.hpp"

#include <map>

namespace longwire::acp142 {

struct Reception {
  enum class Stage : std::uint8_t {
    unidentified,  // Data_PDUs without an Address_PDU
    open,          // some Data_PDUs are missing
    completing,    // handed to the owner, who has not accepted it yet
    delivered,     // accepted; acknowledged until the Ack-Ack comes
    closed,        // Ack-Ack seen; remembered until expiry
    refused,       // not wanted, or too large; ignored until expiry
  };

  ReceptionKey key;
  Stage stage = Stage::unidentified;
  Time opened{};
  Time expiry = never;   // of the message
  Time drop_at = never;  // forgotten then: expiry with a margin, or end of the unidentified data's validity
  std::uint8_t priority = 6;
  std::uint32_t message_sequence_number = 0;
  std::vector<PmulId> destinations;  // in the latest list, ascending
  std::vector<PmulId> everybody;     // ever listed, ascending: repeats name only who is still waited for
  SequenceSet have;                  // its total is 0 while unidentified
  std::map<std::uint16_t, Bytes> fragments;
  std::size_t octets = 0;
  std::size_t largest_fragment = 0;

  // A coded message.
  std::optional<FecInfo> fec;
  std::map<std::uint16_t, Bytes> parity;  // Data_PDUs above Total, of blocks that are not solved yet
  std::vector<std::uint16_t> held;        // by block: symbols of both kinds; empty while fec is unknown
  bool coded_round = false;               // the latest Address_PDU was coded: the Ack counts symbols
  std::uint16_t round_last = 0;           // the number with which its round ends
  bool place_known = false;               // last_sequence is of this round: not after a restart, nor after a question
  bool repairs = false;                   // all sources were sent: those that come now are what others asked for
  bool round_acked = false;               // this round has had our Ack
  bool told_early = false;                // it was told before the end of the round that something is missing
  unsigned wrong_digests = 0;

  // Where the sender is in its round.
  std::uint16_t highest = 0;        // received
  std::uint16_t last_sequence = 0;  // the latest Data_PDU of this round
  Time last_data{};
  bool first_pass_over = false;   // everything was sent once: whatever is missing may be listed
  bool repeated_address = false;  // since the last Ack
  bool by_arq = false;            // the latest PDU came by ARQ: nothing is missing but what is still to come
  std::uint16_t asked_up_to = 0;  // highest number listed in the last Ack

  // Our answer.
  Time ack_due = never;
  bool waits_for_quiet = false;  // ack_due moves on while the source is heard
  bool ack_ready = false;        // may be sent now
  bool asked = false;            // at the end of a round, while the owner was storing it
  unsigned copies_left = 0;      // of the Ack in this over
  bool ack_sent = false;
  Time last_ack{};
  Time ack_timer = never;  // ACK_PDU_TIME
  unsigned ack_repeats = 0;

  Time timer = never;  // as registered with the Receiver

  bool complete() const { return stage == Stage::completing || stage == Stage::delivered || stage == Stage::closed; }
  bool in_progress() const { return stage == Stage::open || stage == Stage::completing; }
};

}  // namespace longwire::acp142
