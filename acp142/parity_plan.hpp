// How many parity symbols and Address_PDUs to send: the chance that somebody still lacks some against the price
// of a round (docs/coded-p_mul.md, section 5).
#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace longwire::acp142 {

// How a receiver loses PDUs: one by one, or all of them for times of `burst` seconds in the mean (Gilbert).
struct Losses {
  double loss = 0;
  double burst = 0;  // 0: one by one
  // Little was measured, or nothing: with the chance `doubt` the loss is `doubted` instead.
  double doubt = 0;
  double doubted = 0;
  friend bool operator==(const Losses&, const Losses&) = default;
};

// One receiver that wants `need` more symbols.
class ArrivalTail {
 public:
  ArrivalTail(std::size_t need, Losses losses);

  // One more symbol, `gap` seconds after the one before; the gap matters to bursts alone.
  void send(double gap);
  double incomplete() const { return open_; }  // chance that fewer than `need` have arrived
  double settled_by_next(double gap) const;    // how much send() would take off it

 private:
  struct Arrival {  // chance that the next one arrives, if the one before did, did not
    double after_good, after_bad;
  };
  Arrival arrival(double gap) const;
  void send_one_by_one();
  void send_in_bursts(double gap);

  std::size_t need_;
  Losses losses_;
  std::size_t sent_ = 0;
  double open_;
  double log_one_short_ = 0;  // one by one: of the chance that exactly need - 1 have arrived, once sent_ >= need_
  // Bursts: chance that so many have arrived, and that the channel was good, bad at the last. What is below
  // least_ is negligible.
  std::vector<std::array<double, 2>> arrived_;
  std::size_t least_ = 0;
};

// The receivers of one block, or of Address_PDUs: a block of which each needs one.
class BlockTail {
 public:
  struct Want {
    std::size_t need;
    Losses losses;
    std::size_t sent;  // since it was known to need that
  };
  BlockTail() = default;
  // Of many receivers those that are worst off are looked at: what serves them serves the others.
  BlockTail(std::vector<Want> wants, double gap);
  void send(double gap);
  double incomplete() const { return open_; }  // chance that anybody is
  // That is likelier than not, doubts aside: somebody has to get another symbol anyway.
  bool needed() const { return needed_; }
  // How much another symbol raises the logarithm of the chance that nobody is incomplete.
  double log_gain(double gap) const;

 private:
  struct Group {  // receivers of whom the same is known
    Want want;
    ArrivalTail tail, doubted;
    double receivers;
    double incomplete() const;
    double settled_by_next(double gap) const;
  };
  static void send(Group& group, double gap);
  double incomplete_after(double gap) const;
  void update();
  std::vector<Group> groups_;
  double open_ = 0;
  bool needed_ = false;
};

struct ParityPrice {
  double pdu = 0;      // s on the air
  double address = 0;  // s of an Address_PDU
  double round = 0;    // s that another round would take
  // Air time that delays nobody, as everybody has the message already, counts this much.
  double idle_weight = 0.1;
};

// What goes after the PDUs that are sent anyway.
struct OverPlan {
  std::vector<std::size_t> symbols;    // of each block
  std::vector<std::size_t> addresses;  // an Address_PDU follows so many of them; ascending
};

// At most most[b] symbols of a block. `address`: who may not know the message yet.
OverPlan over_plan(std::vector<BlockTail> blocks, const std::vector<std::size_t>& most, BlockTail address,
                   const ParityPrice& price);

// What silent receivers are sent without any answer, in `transmissions` that are far apart in time.
struct Carousel {
  std::vector<Losses> losses;  // by receiver
  double wanted = 0.999;       // chance that all of them have everything
  std::size_t transmissions = 1;
  double gap = 0;        // s between symbols of a block
  std::size_t most = 0;  // symbols of a block
};
// Symbols of each block (sources included), spread evenly; need: by block.
std::vector<std::size_t> carousel(const std::vector<std::size_t>& need, const Carousel& plan);
// Address_PDUs of each transmission, one at its begin, one at its end, the others between; duration: s, of one.
std::size_t carousel_addresses(const Carousel& plan, double duration);

}  // namespace longwire::acp142
