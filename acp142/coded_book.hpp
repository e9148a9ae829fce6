// CodedBook: the parity of one outgoing message, and what its coded receivers still need.
#pragma once

#include "acp142/entity.hpp"
#include "acp142/fec_info.hpp"
#include "acp142/parity_plan.hpp"
#include "base/time.hpp"

#include <vector>

namespace longwire::acp142 {

class CodedBook {
 public:
  using PerBlock = std::vector<std::size_t>;
  struct Receiver {
    std::size_t index = 0;  // of add()
    Losses losses;
    // It did not answer, so what was sent since has probably not arrived: so many symbols are worth a try. 0: it is
    // known what it needs.
    std::size_t worth_a_try = 0;
  };

  CodedBook(const Bytes& message, std::size_t fragment_octets, BlockMap map);  // `message` stays where it is
  // After a restart: which parity was sent is not known, so go on with another row.
  void resume(std::size_t row);

  const BlockMap& map() const { return map_; }
  bool any_parity() const { return any_parity_; }  // has been asked for by take()
  std::size_t parity_sent() const { return parity_sent_; }
  FecInfo info(std::uint16_t first, std::uint16_t last) const;
  Bytes parity(std::size_t sequence) const;

  std::size_t add();                         // one more receiver, which needs everything
  void sent(std::size_t sequence, Time at);  // once each time
  void left(std::size_t sequence, Time at);  // it has left the bearer; until then no Ack can know of it
  void not_sent(std::size_t sequence);       // the bearer lost it
  // An Ack counts what is wanted by block; it knows of what was sent until `known`. by_number: it answers a
  // plain Address_PDU and lists what it misses of the sources sent so far.
  void reported(std::size_t receiver, const Runs& listed, Time known, bool by_number);
  std::size_t wanted(std::size_t receiver) const;

  // Parity of each block that pays, when the Data_PDUs `pending` are to be sent anyway.
  // address: who may not know the message yet.
  OverPlan plan(const std::vector<Receiver>& receivers, const std::vector<std::uint16_t>& pending,
                const BlockTail& address, const ParityPrice& price) const;
  // Blocks of which these receivers need more symbols than there are parity numbers left: only sources help.
  std::vector<std::size_t> exhausted(const std::vector<Receiver>& receivers) const;
  // The parity of transmission number `repeat` (0: with the sources) of what silent receivers are to get.
  PerBlock carousel_part(Carousel carousel, unsigned repeat) const;
  // The next parity PDUs, ascending.
  std::vector<std::uint16_t> take(const PerBlock& symbols);

 private:
  struct State {
    PerBlock need;
    Time known = Time::min();  // it knows what was sent until then
  };
  struct Sent {
    std::uint16_t sequence;
    Time left;  // never: it is in the queue of the bearer
  };
  std::size_t fresh(std::size_t block, const State& state, const std::vector<std::uint16_t>& pending) const;

  const Bytes& message_;
  std::size_t fragment_octets_;
  BlockMap map_;
  std::uint64_t digest_;
  std::vector<State> receivers_;
  std::vector<std::vector<Sent>> sent_;  // by block
  PerBlock next_row_;
  PerBlock rows_left_;  // no row is used twice
  bool any_parity_ = false;
  std::size_t parity_sent_ = 0;
};

// The size of Data_PDU fragments (even) that takes the least air time for `receivers` of about these
// losses; 0 when the message cannot be coded. room: octets of a fragment at most; overhead: what each
// adds on the air. delivery > 0: without answers, to be there with this probability.
std::size_t coded_fragment_octets(std::size_t message_octets, std::size_t room, std::size_t overhead,
                                  const std::vector<double>& losses, double delivery);

}  // namespace longwire::acp142
