// HfPath: what one station's signal is like at another: noise, fading, planned trouble.
#pragma once

#include "sim/hf_fading.hpp"
#include "sim/link_config.hpp"

#include <optional>
#include <string>

namespace longwire::sim {

class HfPath {
 public:
  HfPath(const LinkConfig& link, const std::string& from, const std::string& to, std::uint64_t seed, Time start);

  // A modem that listens to the preamble synchronises on it.
  bool audible(Time from, Time to) const;
  // There is a carrier to be noticed; fading does not hide it for long.
  bool present(Time t) const;
  // SNR as a decoder sees it over a stretch; nullopt: there is no noise on this path.
  std::optional<double> snr_db(Time from, Time to) const;
  // Mean SNR, for who is stronger at a receiver.
  std::optional<double> mean_snr_db() const { return snr_db_; }
  // Nothing at all comes through at some time of the stretch.
  bool out(Time from, Time to) const;
  // One D_PDU of a transmission, in the order of their ends: loss as the datagram links have it.
  // Empty, or why it is lost.
  std::string_view unit_lost(Time from, Time to);

  void set_snr(std::optional<double> snr_db) { snr_db_ = snr_db; }

 private:
  Time start_;
  std::optional<double> snr_db_;
  TwoPathFading fading_;
  LossProcess loss_;
  std::vector<Fade> fades_;  // those that hit this receiver
};

}  // namespace longwire::sim
