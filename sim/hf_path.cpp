#include "sim/hf_path.hpp"

#include "base/rng.hpp"

#include <algorithm>

namespace longwire::sim {

namespace {

// A modem synchronises somewhat below the weakest data waveform (75 bit/s at -6 dB).
constexpr double acquisition_db = -8;

LossModel loss_for(const LinkConfig& link, const std::string& to) {
  for (const auto& r : link.receivers)
    if (r.node == to && r.loss) return *r.loss;
  return link.loss;
}

std::optional<double> snr_for(const LinkConfig& link, const std::string& from, const std::string& to) {
  for (const auto& path : link.hf.paths)
    if (path.from == from && path.to == to) return path.snr_db;
  for (const auto& r : link.receivers)
    if (r.node == to && r.snr_db) return *r.snr_db;
  return link.hf.snr_db;
}

std::vector<Fade> fades_for(const LinkConfig& link, const std::string& to) {
  std::vector<Fade> out;
  for (const auto& fade : link.fades)
    if (fade.receivers.empty() || std::ranges::count(fade.receivers, to) > 0) out.push_back(fade);
  return out;
}

}  // namespace

HfPath::HfPath(const LinkConfig& link, const std::string& from, const std::string& to, std::uint64_t seed, Time start)
    : start_(start),
      snr_db_(snr_for(link, from, to)),
      fading_(link.hf.fading, seed, start),
      loss_(loss_for(link, to), Rng(seed).next(), start),
      fades_(fades_for(link, to)) {}

std::optional<double> HfPath::snr_db(Time from, Time to) const {
  if (!snr_db_) return std::nullopt;
  return fading_.effective_db(*snr_db_, from, to);
}

bool HfPath::out(Time from, Time to) const {
  return std::ranges::any_of(
      fades_, [&](const Fade& fade) { return fade.loss >= 1 && to > start_ + fade.from && from < start_ + fade.to; });
}

bool HfPath::audible(Time from, Time to) const {
  if (out(from, to)) return false;
  const auto snr = snr_db(from, to);
  return !snr || *snr >= acquisition_db;
}

bool HfPath::present(Time t) const { return !out(t, t + Duration{1}) && (!snr_db_ || *snr_db_ >= acquisition_db); }

std::string_view HfPath::unit_lost(Time from, Time to) {
  // Every draw is made whatever the others say, so that one cause does not shift another's numbers.
  std::string_view reason = loss_.lost(to) ? "noise" : "";
  for (const auto& fade : fades_)
    if (fade.loss < 1 && to > start_ + fade.from && from < start_ + fade.to && loss_.lost_with(fade.loss))
      reason = "fade";
  return reason;
}

}  // namespace longwire::sim
