// Which datagrams were received, and what was answered: D-04 with bounded memory.
#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <unordered_map>

namespace longwire::dmp {

// What the same datagram has in common with its repetitions.
struct DatagramKey {
  std::uint16_t id = 0;
  std::uint16_t submission = 0;  // the code of 15 bits
  friend bool operator==(const DatagramKey&, const DatagramKey&) = default;
};

class ReceivedIds {
 public:
  void add(Ipv4 from, DatagramKey key, std::uint8_t reason, Time now);
  // The reason it was answered with.
  std::optional<std::uint8_t> find(Ipv4 from, DatagramKey key, Time now);
  std::size_t peers() const { return peers_.size(); }
  std::size_t size() const;

 private:
  struct Entry {
    std::uint8_t reason;
    Time at;
  };
  struct Order {
    std::uint32_t key;
    Time at;
  };
  struct Peer {
    std::unordered_map<std::uint32_t, Entry> seen;
    std::deque<Order> order;  // oldest first; a key added twice stands in it twice
    Time heard{};
  };
  static void trim(Peer& peer, Time now);
  void drop_quietest();

  std::map<Ipv4, Peer> peers_;
};

}  // namespace longwire::dmp
