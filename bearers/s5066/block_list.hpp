// BlockList: which octets of something are there, as sorted blocks that do not touch.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace longwire::s5066 {

class BlockList {
 public:
  using Block = std::pair<std::uint32_t, std::uint32_t>;  // [first, end)

  void add(std::uint32_t first, std::uint32_t end) {
    if (first >= end) return;
    auto at = std::find_if(blocks_.begin(), blocks_.end(), [&](const Block& b) { return b.second >= first; });
    while (at != blocks_.end() && at->first <= end) {
      first = std::min(first, at->first);
      end = std::max(end, at->second);
      at = blocks_.erase(at);
    }
    blocks_.insert(at, Block{first, end});
  }
  bool covers(std::uint32_t first, std::uint32_t end) const {
    return first >= end || std::any_of(blocks_.begin(), blocks_.end(),
                                       [&](const Block& b) { return b.first <= first && end <= b.second; });
  }
  // What of [0, size) is not there.
  BlockList gaps(std::uint32_t size) const {
    BlockList out;
    std::uint32_t at = 0;
    for (const auto& [first, end] : blocks_) {
      if (first > at) out.blocks_.emplace_back(at, first);
      at = end;
    }
    if (at < size) out.blocks_.emplace_back(at, size);
    return out;
  }
  BlockList without(std::uint32_t first, std::uint32_t end) const {
    BlockList out;
    for (const auto& b : blocks_) {
      if (b.first < std::min(b.second, first)) out.blocks_.emplace_back(b.first, std::min(b.second, first));
      if (std::max(b.first, end) < b.second) out.blocks_.emplace_back(std::max(b.first, end), b.second);
    }
    return out;
  }
  const std::vector<Block>& blocks() const { return blocks_; }

 private:
  std::vector<Block> blocks_;
};

}  // namespace longwire::s5066
