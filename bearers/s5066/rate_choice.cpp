#include "bearers/s5066/rate_choice.hpp"

#include <algorithm>
#include <array>

namespace longwire::s5066 {

namespace {

constexpr double too_much = 0.4;  // at twice the time a D_PDU the next slower one is better than half of them
constexpr double clear = 0.05;
constexpr double few = 8, enough = 16, remembered = 48;
constexpr unsigned silent_limit = 2;
constexpr Duration longest_hold = std::chrono::minutes{30};
constexpr double snr_margin_db = 2;

}  // namespace

double needed_snr_db(std::uint32_t rate_bps) {
  struct Row {
    std::uint32_t rate;
    double snr;
  };
  // Two-path fading, as a rule of thumb; measured loss corrects it.
  constexpr std::array<Row, 12> rows{{{75, 0},
                                      {150, 3},
                                      {300, 5},
                                      {600, 8},
                                      {1200, 11},
                                      {2400, 16},
                                      {3200, 17},
                                      {3600, 18},
                                      {4800, 20},
                                      {6400, 23},
                                      {8000, 26},
                                      {9600, 30}}};
  for (const auto& row : rows)
    if (rate_bps <= row.rate) return row.snr;
  return rows.back().snr + 5;
}

void RateChoice::set(std::size_t index) {
  index_ = index;
  sent_ = lost_ = 0;
  silent_ = 0;
}

void RateChoice::sample(bool lost) {
  if (sent_ >= remembered) sent_ /= 2, lost_ /= 2;
  ++sent_;
  if (lost) ++lost_;
}

void RateChoice::silence() { ++silent_; }

std::optional<RateChoice::Change> RateChoice::advised(std::size_t index, Time now) {
  if (index == index_) return std::nullopt;
  // What we have measured ourselves outweighs the advice.
  if (index < index_ && sent_ >= few && loss() <= clear) return std::nullopt;
  if (index > index_ && (now < not_up_before_ || (sent_ >= few && loss() > clear))) return std::nullopt;
  came_up_ = index > index_;
  set(index);
  return Change{index_, "advice"};
}

std::optional<RateChoice::Change> RateChoice::settle(const std::vector<modem::Waveform>& waveforms,
                                                     std::optional<double> snr_db, Time now) {
  if (waveforms.empty()) return std::nullopt;
  const bool mute = silent_ >= silent_limit;
  if ((mute || (sent_ >= few && loss() > too_much)) && index_ > 0) {
    // The faster one did not work soon after it was taken: longer until it is tried again.
    hold_ = came_up_ ? std::min(hold_ * 2, longest_hold) : hold_;
    came_up_ = false;
    not_up_before_ = now + hold_;
    set(index_ - 1);
    return Change{index_, mute ? "silence" : "loss"};
  }
  if (sent_ < enough || loss() > clear || index_ + 1 >= waveforms.size() || now < not_up_before_) return std::nullopt;
  if (snr_db && *snr_db < needed_snr_db(waveforms[index_ + 1].rate_bps) + snr_margin_db) return std::nullopt;
  came_up_ = true;
  set(index_ + 1);
  return Change{index_, "clear"};
}

}  // namespace longwire::s5066
