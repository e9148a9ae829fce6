#include "acp142/sequence_gaps.hpp"

namespace longwire::acp142 {

void SequenceGaps::observe(std::uint32_t number, Time report_at) {
  if (!highest_) {  // nothing known: what went before is not ours to judge
    highest_ = number;
    return;
  }
  const auto ahead = static_cast<std::int32_t>(number - *highest_);  // the counter may wrap
  if (ahead > 0) {
    if (ahead > 1) gaps_.push_back({*highest_ + 1, number - 1, report_at});
    if (gaps_.size() > most_gaps) gaps_.front().report_at = Time{};
    highest_ = number;
    return;
  }
  for (std::size_t i = 0; i < gaps_.size(); ++i) {
    const auto gap = gaps_[i];
    if (number - gap.first > gap.last - gap.first) continue;
    gaps_.erase(gaps_.begin() + static_cast<std::ptrdiff_t>(i));
    auto at = gaps_.begin() + static_cast<std::ptrdiff_t>(i);
    if (number != gap.last) at = gaps_.insert(at, {number + 1, gap.last, gap.report_at});
    if (number != gap.first) gaps_.insert(at, {gap.first, number - 1, gap.report_at});
    return;
  }
}

std::vector<SequenceGaps::Gap> SequenceGaps::due(Time now) {
  std::vector<Gap> found;
  std::erase_if(gaps_, [&](const Gap& gap) {
    if (gap.report_at > now) return false;
    found.push_back(gap);
    return true;
  });
  return found;
}

Time SequenceGaps::next() const { return gaps_.empty() ? never : gaps_.front().report_at; }

}  // namespace longwire::acp142
