#include "sim/channel.hpp"

#include <algorithm>

namespace longwire::sim {

namespace {

// Random waiting with carrier sense: enough slots that two stations seldom draw the same.
constexpr std::uint64_t back_off_slots = 16;
constexpr Duration least_slot = std::chrono::milliseconds{20};

}  // namespace

std::string_view to_string(LinkKind kind) {
  switch (kind) {
    case LinkKind::full_duplex:
      return "full-duplex";
    case LinkKind::satcom:
      return "satcom";
    case LinkKind::half_duplex:
      return "half-duplex";
    case LinkKind::hf:
      return "hf";
  }
  return "";
}

Channel::Channel(LinkConfig config, const std::vector<std::string>& names, std::uint64_t seed, Time start)
    : config_(std::move(config)), start_(start), radios_(names.size()), rng_(seed) {
  const auto model_for = [&](const std::string& name) {
    for (const auto& r : config_.receivers)
      if (r.node == name && r.loss) return *r.loss;
    return config_.loss;
  };
  noise_.reserve(names.size() * names.size());
  for (std::size_t from = 0; from < names.size(); ++from)
    for (const auto& to : names) noise_.emplace_back(model_for(to), rng_.next(), start);
  for (const auto& fade : config_.fades) {
    auto& hits = fade_hits_.emplace_back();
    for (const auto& name : names)
      hits.push_back(fade.receivers.empty() || std::ranges::count(fade.receivers, name) > 0);
  }
}

bool Channel::enqueue(AirFrame frame, Time now) {
  auto& radio = radios_[frame.from];
  if (!up_ || radio.queue.size() >= radio_queue_frames) {
    ++radio.air.frames_dropped;
    return false;
  }
  const auto s = frame.from;
  radio.queue.push_back(std::move(frame));
  if (radio.phase == Phase::idle) start_or_back_off(s, now);
  schedule();
  return true;
}

void Channel::advance(Time now, std::vector<AirEvent>& out) {
  while (next_ <= now) {
    const Time t = next_;
    while (!in_flight_.empty() && in_flight_.front().arrives <= t) {
      const auto flight = std::move(in_flight_.front());
      in_flight_.pop_front();
      arrive(flight, t, out);
    }
    for (StationIndex s = 0; s < radios_.size(); ++s)
      if (radios_[s].until <= t) step_radio(s, t, out);
    schedule();
  }
}

void Channel::step_radio(StationIndex s, Time now, std::vector<AirEvent>& out) {
  switch (radios_[s].phase) {
    case Phase::idle:
      radios_[s].until = never;
      break;
    case Phase::backing_off:
      start_or_back_off(s, now);
      break;
    case Phase::keying:
      start_frame(s, now, out);
      break;
    case Phase::sending:
      end_frame(s, now, out);
      break;
  }
  // Without a turnaround the first bit leaves in the same instant.
  if (radios_[s].phase == Phase::keying && radios_[s].until <= now) start_frame(s, now, out);
}

// Some station gives way to another: who goes next.
void Channel::try_to_start(Time now) {
  if (is_half_duplex(config_.kind) && !config_.collisions && anyone_keyed()) return;
  for (std::size_t i = 0; i < radios_.size(); ++i) {
    const auto s = (turn_ + i) % radios_.size();
    if (radios_[s].phase == Phase::idle && !radios_[s].queue.empty()) start_or_back_off(s, now);
  }
}

void Channel::start_or_back_off(StationIndex s, Time now) {
  auto& radio = radios_[s];
  if (radio.queue.empty()) {
    radio.phase = Phase::idle;
    radio.until = never;
    return;
  }
  if (!is_half_duplex(config_.kind)) return key(s, now);
  if (!config_.collisions) {
    if (!anyone_keyed()) key(s, now);
    return;
  }
  if (!senses_carrier(s, now)) return key(s, now);
  back_off(s, now);
}

// The station asks again after a random number of slots.
void Channel::back_off(StationIndex s, Time now) {
  const Duration slot = std::max(2 * config_.propagation, least_slot);
  radios_[s].phase = Phase::backing_off;
  radios_[s].until = now + slot * static_cast<std::int64_t>(1 + rng_.below(back_off_slots));
}

bool Channel::anyone_keyed() const {
  return std::ranges::any_of(radios_,
                             [](const Radio& r) { return r.phase == Phase::keying || r.phase == Phase::sending; });
}

bool Channel::others_keyed(StationIndex s) const {
  for (StationIndex other = 0; other < radios_.size(); ++other)
    if (other != s && (radios_[other].phase == Phase::keying || radios_[other].phase == Phase::sending)) return true;
  return false;
}

bool Channel::senses_carrier(StationIndex s, Time now) const {
  for (StationIndex other = 0; other < radios_.size(); ++other) {
    const auto& r = radios_[other];
    if (other != s && (r.phase == Phase::keying || r.phase == Phase::sending) && r.keyed + config_.propagation < now)
      return true;
  }
  return false;
}

void Channel::key(StationIndex s, Time now) {
  auto& radio = radios_[s];
  const bool collides = is_half_duplex(config_.kind) && anyone_keyed();
  radio.phase = Phase::keying;
  radio.keyed = now;
  radio.until = now + config_.turnaround;
  radio.over_air = Duration{0};
  radio.first_of_over = true;
  radio.collided = collides;
  turn_ = (s + 1) % radios_.size();
  ++radio.air.overs;
  if (config_.turnaround > Duration{0}) ++radio.air.turnarounds;
  if (!collides) return;
  for (auto& r : radios_)
    if (r.phase == Phase::keying || r.phase == Phase::sending) {
      r.collided = true;
      ++r.air.collisions;
    }
}

void Channel::start_frame(StationIndex s, Time now, std::vector<AirEvent>& out) {
  auto& radio = radios_[s];
  radio.current = std::make_shared<AirFrame>(std::move(radio.queue.front()));
  radio.queue.pop_front();
  radio.collided = is_half_duplex(config_.kind) && others_keyed(s);
  const auto air = air_time(radio.current->octets_on_air, config_.rate_bps);
  radio.phase = Phase::sending;
  radio.frame_start = now;
  radio.until = now + air;
  radio.over_air += air;
  radio.air.air += air;
  ++radio.air.frames_sent;
  radio.air.octets_sent += radio.current->octets_on_air;
  out.push_back({AirEvent::Kind::started, now, s, radio.current, radio.first_of_over, {}});
  radio.first_of_over = false;
}

void Channel::end_frame(StationIndex s, Time now, std::vector<AirEvent>& out) {
  auto& radio = radios_[s];
  in_flight_.push_back({now + config_.propagation, std::move(radio.current), radio.frame_start, radio.collided});
  radio.current.reset();
  if (!radio.queue.empty()) {
    const auto next = air_time(radio.queue.front().octets_on_air, config_.rate_bps);
    const bool capped = is_half_duplex(config_.kind) && config_.max_over > Duration{0};
    if (!capped || radio.over_air + next <= config_.max_over) return start_frame(s, now, out);
  }
  release(s, now);
}

void Channel::release(StationIndex s, Time now) {
  auto& radio = radios_[s];
  radio.phase = Phase::idle;
  radio.until = never;
  radio.collided = false;
  if (config_.collisions && !radio.queue.empty()) back_off(s, now);  // let the others have a chance
  try_to_start(now);
}

std::string_view Channel::loss_reason(StationIndex receiver, const InFlight& flight) {
  // Every draw is made whatever the others say, so that one cause does not shift another's numbers.
  const Time ended = flight.arrives - config_.propagation;
  auto& process = noise(flight.frame->from, receiver);
  const bool noisy = process.lost(ended);
  std::string_view reason = noisy ? "noise" : "";
  for (std::size_t i = 0; i < config_.fades.size(); ++i) {
    const auto& fade = config_.fades[i];
    if (!fade_hits_[i][receiver] || ended <= start_ + fade.from || flight.started >= start_ + fade.to) continue;
    if (process.lost_with(fade.loss)) reason = "fade";
  }
  if (flight.collided) reason = "collision";
  return up_ ? reason : "down";
}

void Channel::arrive(const InFlight& flight, Time now, std::vector<AirEvent>& out) {
  for (const auto receiver : flight.frame->to) {
    const auto reason = loss_reason(receiver, flight);
    auto& air = radios_[receiver].air;
    if (reason.empty()) {
      ++air.frames_received;
      air.octets_received += flight.frame->octets_on_air;
      out.push_back({AirEvent::Kind::arrived, now, receiver, flight.frame, false, {}});
    } else {
      ++air.frames_lost;
      out.push_back({AirEvent::Kind::lost, now, receiver, flight.frame, false, reason});
    }
  }
}

void Channel::silence(StationIndex station, Time now) {
  auto& radio = radios_[station];
  radio.air.frames_dropped += radio.queue.size() + (radio.current ? 1 : 0);
  radio.queue.clear();
  radio.current.reset();
  const bool was_keyed = radio.phase == Phase::keying || radio.phase == Phase::sending;
  radio.phase = Phase::idle;
  radio.until = never;
  radio.collided = false;
  if (was_keyed) try_to_start(now);
  schedule();
}

void Channel::set_up(bool up, Time now) {
  up_ = up;
  if (!up) {
    in_flight_.clear();
    for (StationIndex s = 0; s < radios_.size(); ++s) silence(s, now);
  }
  schedule();
}

void Channel::schedule() {
  next_ = in_flight_.empty() ? never : in_flight_.front().arrives;
  for (const auto& radio : radios_) next_ = std::min(next_, radio.until);
}

}  // namespace longwire::sim
