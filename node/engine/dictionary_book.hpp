// DictionaryBook: which dictionaries a peer may be sent with, and what became of it (docs/compression.md).
#pragma once

#include "annexe/dictionary.hpp"
#include "node/engine/config.hpp"
#include "node/engine/routing.hpp"
#include "node/store/store.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace longwire::engine {

// A notice to the sender of a message whose dictionary we do not hold; content type annexe::content_type_notice.
struct DictionaryNotice {
  std::uint16_t dictionary = 0;  // as named in the message
  std::uint32_t message_id = 0;  // of P_MUL
};
Bytes encode(const DictionaryNotice& notice);
// nullopt: no notice of a kind we know.
std::optional<DictionaryNotice> decode_dictionary_notice(ByteView content);

class DictionaryBook {
 public:
  DictionaryBook(const Config& config, store::Store& store);

  // All that this node holds, for reading.
  const annexe::Dictionaries& held() const { return held_; }
  // Those each of the peers may be sent with. A silent one cannot tell that it lacks one: only those proven with it.
  annexe::Dictionaries shared_by(const std::vector<PeerIndex>& peers,
                                 const std::function<bool(PeerIndex)>& silent) const;

  // The peer does not hold it. False: nothing new.
  bool refused(PeerIndex peer, std::uint16_t dictionary);
  // The peer has acknowledged a message made with it, or sent one.
  void proven(PeerIndex peer, std::uint32_t dictionary);

 private:
  enum class Standing : std::uint8_t { untried, proven, refused };
  struct Agreed {
    annexe::Dictionary dictionary;
    Standing standing = Standing::untried;
  };
  std::string key(PeerIndex peer, std::uint32_t id) const;

  const Config& config_;
  store::Store& store_;
  annexe::Dictionaries held_;
  std::vector<std::vector<Agreed>> agreed_;  // per peer
};

}  // namespace longwire::engine
