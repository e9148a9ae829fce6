// NonArqReceiver: puts C_PDUs of types 7 and 8 together (C.4.2 (8)-(17)).
#pragma once

#include "base/time.hpp"
#include "bearers/s5066/block_list.hpp"
#include "bearers/s5066/d_pdu.hpp"

#include <compare>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

namespace longwire::s5066 {

class NonArqReceiver {
 public:
  using Blocks = std::vector<std::pair<std::uint16_t, std::uint16_t>>;  // offset, size
  struct Delivered {
    Address from, dest;
    bool expedited = false, with_errors = false;
    Blocks errored, missing;
    Bytes c_pdu;
  };

  void deliver_errors(bool on) { deliver_errors_ = on; }
  // begun: when its sync word was heard; the reception window counts from there.
  void on_data(Address from, Address dest, const NonArq& data, Time begun, Time now);
  void tick(Time now);
  Time next_wake() const;

  std::vector<Delivered> take_delivered() { return std::exchange(delivered_, {}); }
  std::vector<std::string_view> take_discarded() { return std::exchange(discarded_, {}); }
  bool assembling_from(Address from) const;
  std::size_t held_octets() const { return octets_; }

 private:
  struct Key {
    std::uint32_t from, dest;
    bool group, expedited;
    std::uint16_t id;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Entry {
    std::uint32_t size = 0;
    bool in_order = false;
    bool done = false;  // delivered or given up: copies are old
    Time window_end;
    Bytes octets;
    BlockList good, placed;  // with a good CRC; good or bad
  };
  using Entries = std::map<Key, Entry>;

  Entry* entry_for(const Key& key, const NonArq& data, Time window_end);
  void place(Entry& entry, const NonArq& data);
  bool whole(const Entry& entry) const { return !entry.done && entry.good.covers(0, entry.size); }
  void deliver_whole();
  bool must_wait(const Key& key, const Entry& entry) const;
  void deliver(const Key& key, Entry& entry);
  void finish(Entry& entry);
  bool make_room(std::size_t octets);

  bool deliver_errors_ = false;
  Entries entries_;
  std::size_t octets_ = 0;      // held by those that are not done
  std::size_t assembling_ = 0;  // how many are not done
  std::vector<Delivered> delivered_;
  std::vector<std::string_view> discarded_;
};

}  // namespace longwire::s5066
