// SequenceSet: which of the Data_PDUs 1..total. The count is kept, so asking for it costs nothing.
#pragma once

#include "acp142/entity.hpp"

#include <bit>
#include <cstdint>
#include <vector>

namespace longwire::acp142 {

class SequenceSet {
 public:
  SequenceSet() = default;
  explicit SequenceSet(std::uint16_t total) : words_((total + 63U) / 64), total_(total) {}

  std::uint16_t total() const { return total_; }
  std::size_t count() const { return count_; }
  bool full() const { return count_ == total_; }

  bool contains(std::size_t sequence) const {
    return sequence >= 1 && sequence <= total_ && (words_[(sequence - 1) / 64] & bit(sequence)) != 0;
  }
  // True when it was not in the set. Numbers outside 1..total are left alone.
  bool insert(std::size_t sequence) {
    if (sequence < 1 || sequence > total_ || contains(sequence)) return false;
    words_[(sequence - 1) / 64] |= bit(sequence);
    ++count_;
    return true;
  }
  bool erase(std::size_t sequence) {
    if (!contains(sequence)) return false;
    words_[(sequence - 1) / 64] &= ~bit(sequence);
    --count_;
    return true;
  }
  void fill() {
    for (std::size_t n = 1; n <= total_; ++n) insert(n);
  }

  // The first number >= from that is not in the set; total + 1 when there is none.
  std::size_t next_missing(std::size_t from) const {
    if (from < 1) from = 1;
    while (from <= total_) {
      const auto rest = ~words_[(from - 1) / 64] >> ((from - 1) % 64);
      if (rest != 0) {
        const auto found = from + static_cast<std::size_t>(std::countr_zero(rest));
        return found <= total_ ? found : total_ + 1U;
      }
      from = ((from - 1) / 64 + 1) * 64 + 1;
    }
    return total_ + 1U;
  }
  // How many numbers > above are not in the set.
  std::size_t missing_above(std::size_t above) const {
    std::size_t missing = 0;
    for (auto n = next_missing(above + 1); n <= total_; n = next_missing(n + 1)) ++missing;
    return missing;
  }

  Runs runs() const { return runs_where(true, total_); }
  // What is missing among 1..up_to.
  Runs missing_runs(std::size_t up_to) const { return runs_where(false, up_to); }

 private:
  static std::uint64_t bit(std::size_t sequence) { return std::uint64_t{1} << ((sequence - 1) % 64); }

  Runs runs_where(bool present, std::size_t up_to) const {
    Runs runs;
    for (std::size_t n = 1; n <= up_to && n <= total_; ++n) {
      if (contains(n) != present) continue;
      const auto number = static_cast<std::uint16_t>(n);
      if (!runs.empty() && runs.back().last + 1U == n) {
        runs.back().last = number;
      } else {
        runs.push_back({number, number});
      }
    }
    return runs;
  }

  std::vector<std::uint64_t> words_;
  std::uint16_t total_ = 0;
  std::size_t count_ = 0;
};

}  // namespace longwire::acp142
