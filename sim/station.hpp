// Station: one node of the world with all that outlives it: its store, its mailbox, its radios.
#pragma once

#include "bearers/hf_bearer.hpp"
#include "crypto/random.hpp"
#include "node/engine/core.hpp"
#include "node/engine/node.hpp"
#include "node/store/store.hpp"
#include "sim/scenario.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace longwire::sim {

class Station {
 public:
  Station(const NodePlan& plan, std::uint64_t seed);

  // The program starts on what the store holds. Not while it runs.
  void boot(Time now);
  // The program is gone at once; what was not committed with it.
  void crash();
  // Adds what the program tells of its transfers to what its lives before did; once at the end of each life.
  void note_transfers(Time now);
  // One that is over, as the node reports it.
  void note_transfer(boost::json::object transfer);
  bool running() const { return node_ != nullptr; }

  engine::Node& node() { return *node_; }
  store::Store& store() { return *store_; }
  const std::string& name() const { return plan_->config.name; }
  const engine::Config& config() const { return plan_->config; }
  const std::vector<std::size_t>& links() const { return plan_->links; }

  Time wake = never;                        // when the node wants to run again
  bool ordered_silent = false;              // the last EMCON order; holds over restarts
  bool dies_next_turn = false;              // a torn crash waits for the middle of a turn
  std::vector<boost::json::object> orders;  // given while the program was down; it gets them first
  std::uint64_t silent_octets = 0;          // handed to a radio or on the air while silent: must stay 0
  std::uint64_t turns = 0;                  // at the present instant, to notice a node that never rests
  // By bearer: the STANAG 5066 stack of the program, with its modem; nullptr for other bearers.
  std::vector<std::unique_ptr<bearers::HfBearer>> radios;
  bool radios_silent = false;        // as the radios were told
  std::optional<Time> silent_since;  // ordered then; what its carriers do later is an emission
  Duration silent_carrier{0};
  struct Pmul {
    engine::PmulTotals plain, coded;
  };
  std::vector<Pmul> p_mul;        // by bearer, of all lives
  boost::json::array transfers;   // that are over, and those under way at the end of the last life
  boost::json::array receptions;  // that are not over, at the end of the last life

 private:
  const NodePlan* plan_;
  std::uint64_t seed_;
  std::uint64_t boots_ = 0;
  std::unique_ptr<crypto::Drbg> random_;  // of the seed: a run repeats to the octet
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<engine::Node> node_;
};

}  // namespace longwire::sim
