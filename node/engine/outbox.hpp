// Outbox: what the node wants done, collected until drain() hands it out after the commit.
#pragma once

#include "node/engine/node.hpp"

#include <utility>
#include <vector>

namespace longwire::engine {

class Outbox {
 public:
  void report(Time now, std::string_view level, std::string_view name, boost::json::object fields) {
    actions_.emplace_back(action::Report{now, level, name, std::move(fields)});
  }
  void circuit(action::CircuitOut c) { actions_.emplace_back(std::move(c)); }
  void deliver(action::Deliver d) { actions_.emplace_back(std::move(d)); }

  bool empty() const { return actions_.empty(); }
  std::vector<Action> take() { return std::exchange(actions_, {}); }
  // After a failed commit: what was to be delivered is not stored, what was reported was not so.
  void discard() { actions_.clear(); }

 private:
  std::vector<Action> actions_;
};

}  // namespace longwire::engine
