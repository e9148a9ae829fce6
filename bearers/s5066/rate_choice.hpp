// RateChoice: which of the waveforms, slowest first, suits one direction between two stations, by the
// loss of D_PDUs and by SNR, with hysteresis.
#pragma once

#include "base/time.hpp"
#include "bearers/modem/modem.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace longwire::s5066 {

class RateChoice {
 public:
  explicit RateChoice(std::size_t index = 0) : index_(index) {}

  std::size_t index() const { return index_; }
  void set(std::size_t index);  // decided elsewhere: measuring starts anew
  void sample(bool lost);
  void silence();  // a whole over without an answer
  void answered() { silent_ = 0; }
  // A better waveform? `why` says what showed it.
  struct Change {
    std::size_t index;
    std::string_view why;  // loss silence clear
  };
  std::optional<Change> settle(const std::vector<modem::Waveform>& waveforms, std::optional<double> snr_db, Time now);
  // The far side, which hears us, proposes another one.
  std::optional<Change> advised(std::size_t index, Time now);
  double loss() const { return sent_ > 0 ? lost_ / sent_ : 0; }

 private:
  std::size_t index_;
  double sent_ = 0, lost_ = 0;
  unsigned silent_ = 0;
  Time not_up_before_{};  // a faster one has failed
  Duration hold_ = std::chrono::minutes{2};
  bool came_up_ = false;
};

// SNR in 3 kHz from which a rate works on a fading channel: for going up only.
double needed_snr_db(std::uint32_t rate_bps);

}  // namespace longwire::s5066
