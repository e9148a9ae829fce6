// DictionaryExchange: what two nodes tell each other about dictionaries that only one of them holds
// (docs/compression.md). Nothing is lost by it: what cannot be read is kept and not acknowledged, and sent anew.
#pragma once

#include "node/engine/arrival.hpp"
#include "node/engine/core.hpp"
#include "node/engine/transfers.hpp"

namespace longwire::engine {

class DictionaryExchange {
 public:
  DictionaryExchange(Core& core, Transfers& transfers) : core_(core), transfers_(transfers) {}

  // Tells the sender of this CompressedData, and the operator, that its dictionary is not held here. False: it did not
  // come by P_MUL or not from a peer, so nobody can be told.
  bool unreadable(const Arrival& arrival, ByteView compressed_data, Time now);
  // The content of such a notice from another node.
  void notice(const Arrival& arrival, ByteView content, Time now);

 private:
  Core& core_;
  Transfers& transfers_;
};

}  // namespace longwire::engine
