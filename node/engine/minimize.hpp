// MINIMIZE: the order to send only what is urgent, for the node or for one bearer.
#pragma once

#include "base/precedence.hpp"

#include <cstddef>
#include <vector>

namespace longwire::engine {

// Holds everything less urgent than a level. Precedence::deferred holds nothing: MINIMIZE is off.
class Minimize {
 public:
  explicit Minimize(std::size_t bearers) : bearer_(bearers, Precedence::deferred) {}

  void set_node(Precedence lowest) { node_ = lowest; }
  void set_bearer(std::size_t bearer, Precedence lowest) { bearer_.at(bearer) = lowest; }
  Precedence node() const { return node_; }
  Precedence bearer(std::size_t index) const { return bearer_.at(index); }

  bool holds(Precedence level) const { return level > node_; }
  bool holds(Precedence level, std::size_t bearer) const { return level > node_ || level > bearer_.at(bearer); }

 private:
  Precedence node_ = Precedence::deferred;
  std::vector<Precedence> bearer_;
};

}  // namespace longwire::engine
