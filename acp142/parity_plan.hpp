// How many parity symbols to send: the chance that somebody still lacks some against the price of a round.
#pragma once

#include <cstddef>
#include <vector>

namespace longwire::acp142 {

// One receiver that wants `need` more symbols, each of which is lost with probability `loss`.
class ArrivalTail {
 public:
  ArrivalTail(std::size_t need, double loss);

  void send();                                 // one more symbol
  double incomplete() const { return open_; }  // chance that fewer than `need` have arrived
  double settled_by_next() const;              // how much send() would take off it

 private:
  std::size_t need_;
  double loss_;
  std::size_t sent_ = 0;
  double open_;
  double log_one_short_ = 0;  // of the chance that exactly need - 1 have arrived, once sent_ >= need_
};

// The receivers of one block.
class BlockTail {
 public:
  void add(std::size_t need, double loss, std::size_t sent);
  void send();
  double incomplete() const { return open_; }  // chance that anybody is
  // How much another symbol lowers that; 1 while it is likelier than not, as somebody has to get it anyway.
  double gain() const;

 private:
  void update();
  std::vector<ArrivalTail> receivers_;
  double open_ = 0;
};

struct ParityPrice {
  double pdu = 0;    // s on the air
  double round = 0;  // s that another round would take
  // Air time that delays nobody, as everybody has the message already, counts this much.
  double idle_weight = 0.1;
};

// Symbols to send of each block, at most most[b].
std::vector<std::size_t> parity_plan(std::vector<BlockTail> blocks, const std::vector<std::size_t>& most,
                                     const ParityPrice& price);

// Symbols of each block (sources included) until every receiver of every block has `need` of them with
// the probability wanted, without any answer. need: by block; losses: by receiver; at most `most` each.
std::vector<std::size_t> carousel(const std::vector<std::size_t>& need, const std::vector<double>& losses,
                                  double wanted, std::size_t most);

}  // namespace longwire::acp142
