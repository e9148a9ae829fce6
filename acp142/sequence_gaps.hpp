// SequenceGaps: notices Message_Sequence_Numbers of one source that never came (3.2).
//
// A more urgent message overtakes others, so a number is reported only when it has been missing
// for a while. The protocol cannot recover it; an operator has to know.
#pragma once

#include "base/time.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace longwire::acp142 {

class SequenceGaps {
 public:
  struct Gap {
    std::uint32_t first;
    std::uint32_t last;
    Time report_at;
  };

  void observe(std::uint32_t number, Time report_at);
  // Takes out the gaps whose time has come.
  std::vector<Gap> due(Time now);
  Time next() const;

 private:
  static constexpr std::size_t most_gaps = 64;  // older ones are reported early

  std::optional<std::uint32_t> highest_;
  std::vector<Gap> gaps_;  // by report time
};

}  // namespace longwire::acp142
