#include "virtual_air.hpp"

#include <algorithm>
#include <sstream>

namespace longwire::s5066::testing {

Bytes pattern(std::size_t size, std::uint64_t seed) {
  Rng rng(seed + 1);
  Bytes out(size);
  for (auto& octet : out) octet = static_cast<std::uint8_t>(rng.next());
  return out;
}

std::size_t VirtualAir::add(DataTransferConfig config) {
  const auto i = stations_.size();
  config.self = address(i);
  config.half_duplex = config_.half_duplex;
  Station s;
  s.config = config;
  stations_.push_back(std::move(s));
  restart(i);
  return i;
}

void VirtualAir::restart(std::size_t i) {
  auto& s = stations_[i];
  if (s.over != nullptr) finish(i, false);
  ++s.generation;
  s.dts = std::make_unique<DataTransfer>(s.config, rng_.next());
  s.waveform = config_.waveform;
  s.dts->set_timing(config_.timing, config_.waveform);
  s.carrier_told = false;
  s.silent_until = Time{};
  tell_carrier(i);
}

void VirtualAir::connect(std::size_t a, std::size_t b) {
  dts(a).connection_made(address(b), now_);
  dts(b).connection_made(address(a), now_);
}

std::uint64_t VirtualAir::send(std::size_t from, CPduRequest request) {
  request.ticket = next_ticket_++;
  const auto ticket = request.ticket;
  dts(from).send(std::move(request), now_);
  attend(from);
  return ticket;
}

std::uint64_t VirtualAir::send(std::size_t from, std::size_t to, Bytes c_pdu, Service service, std::uint8_t priority,
                               bool in_order) {
  CPduRequest request;
  request.dest = address(to);
  request.service = service;
  request.priority = priority;
  request.in_order = in_order;
  request.c_pdu = std::move(c_pdu);
  return send(from, std::move(request));
}

// What a station does whenever something has happened to it.
void VirtualAir::attend(std::size_t i) {
  auto& s = stations_[i];
  s.dts->tick(now_);
  for (auto& event : s.dts->take_events()) {
    if (const auto* up = std::get_if<dts::Indication>(&event)) received_.push_back({i, now_, *up});
    // A modem that does not recognise waveforms follows at once, for receiving too.
    const auto* changed = std::get_if<dts::WaveformChanged>(&event);
    if (changed != nullptr && !config_.autobaud) {
      s.waveform = changed->waveform;
      s.dts->set_timing(config_.timing, s.waveform);
    }
    s.events.push_back(event);
    if (on_event) on_event(i, event);
  }
  if (s.over == nullptr && s.dts->wants_over(now_)) begin(i);
}

void VirtualAir::begin(std::size_t i) {
  auto& s = stations_[i];
  if (config_.half_duplex && now_ < s.silent_until) violations_.push_back("speaks before a heard EOT has run out");
  if (config_.half_duplex && s.carriers > 0 && config_.carrier_detect) violations_.push_back("speaks into a carrier");
  s.waveform = s.dts->next_waveform(now_);
  s.dts->set_timing(config_.timing, s.waveform);
  log_.push_back({i, now_, never, now_ + config_.timing.lead, {}, true, s.waveform});
  s.over = &log_.back();
  if (s.dts->begin_over(config_.timing, now_) != s.waveform) violations_.push_back("begin_over changed its mind");
  const auto* over = s.over;
  for (std::size_t r = 0; r < stations_.size(); ++r)
    if (r != i)
      at(now_ + config_.propagation + config_.detect, [this, r] {
        ++stations_[r].carriers;
        tell_carrier(r);
      });
  at(over->first_bit, [this, i, over] {
    if (stations_[i].over == over) pull(i);
  });
}

void VirtualAir::pull(std::size_t i) {
  auto& s = stations_[i];
  auto* over = s.over;
  auto octets = s.dts->next_d_pdu(now_);
  if (octets && cut && cut(*over)) return finish(i, false);
  if (!octets) {
    at(now_ + config_.timing.tail, [this, i, over] {
      if (stations_[i].over == over) finish(i, true);
    });
    return;
  }
  const auto decoded = decode_d_pdu(*octets);
  if (!decoded || decoded->length != octets->size()) return violations_.push_back("a D_PDU that does not decode");
  over->d_pdus.emplace_back(now_, decoded->pdu);
  const auto last = now_ + air_time(octets->size(), over->waveform.rate_bps);
  for (std::size_t r = 0; r < stations_.size(); ++r)
    if (r != i) deliver(i, r, now_ + config_.propagation, last + config_.propagation, over, decoded->pdu, *octets);
  at(last, [this, i, over] {
    if (stations_[i].over == over) pull(i);
  });
}

void VirtualAir::deliver(std::size_t from, std::size_t to, Time first, Time last, const Transmitted* over,
                         const DPdu& pdu, Bytes octets) {
  (void)from;
  const bool lost =
      rng_.chance(config_.loss) || (lose && lose(to, pdu)) || (loss_at && rng_.chance(loss_at(over->waveform)));
  Bytes damaged = octets;
  if (config_.bit_error_rate > 0)
    for (auto& octet : damaged)
      for (unsigned bit = 0; bit < 8; ++bit)
        if (rng_.chance(config_.bit_error_rate)) octet = static_cast<std::uint8_t>(octet ^ 1U << bit);
  const auto generation = stations_[to].generation;
  at(last + config_.timing.delay, [this, to, first, last, over, lost, generation, eot = pdu.eot,
                                   intact = damaged == octets, octets = std::move(damaged)] {
    auto& s = stations_[to];
    if (lost || generation != s.generation || (over->end != never && over->end < first)) return;
    if (config_.half_duplex && disturbed(to, over, first, last)) return;
    if (!config_.autobaud && s.waveform != over->waveform) return;
    if (intact) s.silent_until = std::max(s.silent_until, first + eot * std::chrono::milliseconds{500});
    s.dts->on_octets(octets, now_);
    attend(to);
  });
}

bool VirtualAir::disturbed(std::size_t at, const Transmitted* by, Time first, Time last) const {
  return std::any_of(log_.rbegin(), log_.rend(), [&](const Transmitted& other) {
    if (&other == by) return false;
    const auto shift = other.station == at ? Duration{0} : config_.propagation;
    const auto end = other.end == never ? never : other.end + shift;
    return other.start + shift < last && first < end;
  });
}

void VirtualAir::tell_carrier(std::size_t i) {
  auto& s = stations_[i];
  if (!config_.carrier_detect) return;
  const bool on = s.carriers > 0 && (s.over == nullptr || !config_.half_duplex);
  if (on == s.carrier_told) return;
  s.carrier_told = on;
  std::optional<modem::Waveform> heard;
  if (on && config_.autobaud)
    for (const auto& over : log_)
      if (over.end == never && over.station != i) heard = over.waveform;
  s.dts->on_carrier(on, now_, heard);
}

void VirtualAir::finish(std::size_t i, bool complete) {
  auto& s = stations_[i];
  s.over->end = now_;
  s.over->complete = complete;
  if (complete) check_eot(*s.over);
  s.over = nullptr;
  s.dts->over_ended(complete, now_);
  for (std::size_t r = 0; r < stations_.size(); ++r)
    if (r != i)
      at(now_ + std::max(config_.propagation, config_.propagation + config_.detect), [this, r] {
        --stations_[r].carriers;
        tell_carrier(r);
      });
  tell_carrier(i);
}

// C-EOT-1, C-EOT-4: every EOT tells the same end, rounded up, and the carrier is gone by then.
void VirtualAir::check_eot(const Transmitted& over) {
  if (!config_.half_duplex) return;
  Time earliest = never, latest{};
  for (const auto& [start, pdu] : over.d_pdus) {
    const auto end = start + pdu.eot * std::chrono::milliseconds{500};
    earliest = std::min(earliest, end);
    latest = std::max(latest, end);
  }
  // What was to be sent can have become needless while the modem was keyed, but not again and again.
  empty_overs_ = over.d_pdus.empty() ? empty_overs_ + 1 : 0;
  if (empty_overs_ > 3) violations_.push_back("empty overs");
  if (over.d_pdus.empty()) return;
  if (earliest < over.end) violations_.push_back("EOT ends before the transmission");
  if (latest - earliest > std::chrono::milliseconds{501}) violations_.push_back("EOTs contradict each other");
  if (over.end - over.first_bit > longest_over) violations_.push_back("longer than 127.5 s");
}

void VirtualAir::run_until(Time end) {
  Time last_wake{};
  unsigned idle_rounds = 0;
  for (;;) {
    for (std::size_t i = 0; i < stations_.size(); ++i) attend(i);
    auto next = agenda_.empty() ? never : agenda_.begin()->first;
    for (const auto& s : stations_) next = std::min(next, s.dts->next_wake());
    if (next > end) break;
    if (next <= now_ && (agenda_.empty() || agenda_.begin()->first > now_)) {
      // A wake that is due and does nothing: the core would spin.
      if (last_wake == now_ && ++idle_rounds > 100) {
        violations_.push_back("next_wake() stays in the past");
        return;
      }
      last_wake = now_;
      continue;
    }
    idle_rounds = 0;
    now_ = std::max(now_, next);
    while (!agenda_.empty() && agenda_.begin()->first <= now_) {
      const auto what = std::move(agenda_.begin()->second);
      agenda_.erase(agenda_.begin());
      what();
    }
  }
  now_ = std::max(now_, end);
}

bool VirtualAir::settle(Duration most) {
  const auto end = now_ + most;
  while (now_ < end) {
    run_until(std::min(end, now_ + std::chrono::seconds{5}));
    if (!violations_.empty()) return false;
    if (std::all_of(stations_.begin(), stations_.end(), [](const Station& s) { return s.dts->queued_c_pdus() == 0; }))
      return true;
  }
  return false;
}

std::string VirtualAir::transcript() const {
  std::ostringstream out;
  const auto when = [](Time t) { return to_seconds(t - from_unix(1'700'000'000)); };
  for (const auto& over : log_) {
    out << "over of " << over.station << " from " << when(over.start) << " to "
        << (over.end == never ? -1 : when(over.end)) << (over.complete ? "\n" : " cut\n");
    for (const auto& [start, pdu] : over.d_pdus) {
      out << "  " << when(start) << ' ' << to_string(type_of(pdu)) << " to " << to_string(pdu.dest) << " eot "
          << unsigned{pdu.eot};
      if (const auto* d = std::get_if<DataOnly>(&pdu.body)) out << " fsn " << unsigned{d->data.fsn};
      if (const auto* d = std::get_if<DataAck>(&pdu.body))
        out << " fsn " << unsigned{d->data.fsn} << " rx_lwe " << unsigned{d->ack.rx_lwe};
      if (const auto* d = std::get_if<AckOnly>(&pdu.body))
        out << " rx_lwe " << unsigned{d->ack.rx_lwe} << " bitmap " << d->ack.bitmap.size();
      if (const auto* segment = segment_of(pdu)) out << " octets " << segment->octets.size();
      out << '\n';
    }
  }
  return out.str();
}

std::string VirtualAir::tail_of_transcript() const {
  const auto all = transcript();
  return all.size() > 6000 ? all.substr(all.size() - 6000) : all;
}

std::size_t VirtualAir::count_sent(std::size_t i, DPduType type) const {
  std::size_t count = 0;
  for (const auto& over : log_)
    if (over.station == i)
      count += static_cast<std::size_t>(std::count_if(over.d_pdus.begin(), over.d_pdus.end(),
                                                      [&](const auto& d) { return type_of(d.second) == type; }));
  return count;
}

}  // namespace longwire::s5066::testing
