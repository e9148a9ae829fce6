// DeliveriesUnderWay: which message is being handed to whom. A node whose store failed asks for a
// delivery again while the first attempt is still going on; a second attempt would be a second copy in
// the mailbox, so it gets the result of the first one.
#pragma once

#include "node/engine/node.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace longwire::io {

class DeliveriesUnderWay {
 public:
  using Key = std::pair<std::uint64_t, std::vector<std::string>>;  // message, recipients

  static Key key_of(const engine::action::Deliver& action) {
    Key key{action.message, {}};
    for (const auto& r : action.envelope.recipients) key.second.push_back(r.address);
    return key;
  }
  // False when the same is under way: its result will answer this request.
  bool begin(const engine::action::Deliver& action) {
    return asked_.insert_or_assign(key_of(action), action.delivery).second;
  }
  // The number under which the result is waited for.
  std::uint64_t end(const Key& key) {
    const auto found = asked_.extract(key);
    return found.empty() ? 0 : found.mapped();
  }

 private:
  std::map<Key, std::uint64_t> asked_;
};

}  // namespace longwire::io
