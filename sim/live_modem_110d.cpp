#include "sim/live_modem_110d.hpp"

#include <algorithm>

namespace longwire::sim {

LiveModem110d::LiveModem110d(HfAir& air, StationIndex seat)
    : air_(air), seat_(seat), dce_(modem::DceSettings{air.waveform(seat)}) {
  air_.attach(seat_);
}

void LiveModem110d::step(Time now) {
  dce_.tick(now);
  // What the air says may make the port speak, and the other way round.
  while (true) {
    const auto orders = dce_.take_events();
    for (const auto& order : orders) obey(order, now);
    air_.attended(seat_);
    const auto events = air_.take_events(seat_);
    for (const auto& event : events) hear(event, now);
    feed(now);
    if (orders.empty() && events.empty()) return;
  }
}

void LiveModem110d::obey(const modem::DceEvent& event, Time now) {
  namespace dce = modem::dce;
  if (const auto* octets = std::get_if<dce::Octets>(&event)) {
    fifo_.insert(fifo_.end(), octets->octets.begin(), octets->octets.end());
  } else if (std::holds_alternative<dce::Armed>(event)) {
    fifo_.clear();
    last_ = false;
  } else if (std::holds_alternative<dce::Started>(event)) {
    air_.key(seat_, now);
    if (!air_.keyed(seat_)) over_ended(false, now);  // its radio is switched off
  } else if (std::holds_alternative<dce::Last>(event)) {
    last_ = true;
  } else if (std::holds_alternative<dce::Aborted>(event)) {
    fifo_.clear();
    air_.abort(seat_, now, "aborted");
  } else if (const auto* wanted = std::get_if<dce::WaveformWanted>(&event)) {
    air_.set_waveform(seat_, {wanted->rate_bps, wanted->interleaver});
    dce_.set_waveform(air_.waveform(seat_), now);
  }
}

void LiveModem110d::hear(const modem::Event& event, Time now) {
  if (const auto* carrier = std::get_if<modem::event::Carrier>(&event))
    dce_.carrier(carrier->on, carrier->waveform.value_or(air_.waveform(seat_)), now);
  else if (const auto* received = std::get_if<modem::event::Received>(&event)) dce_.received(received->octets, now);
  else if (const auto* ended = std::get_if<modem::event::OverEnded>(&event)) over_ended(ended->complete, now);
}

void LiveModem110d::over_ended(bool complete, Time now) {
  if (!complete) dce_.underrun(now);
  fifo_.clear();
  dce_.flushed(now);
}

// The air takes a block ahead of the one that leaves; the FIFO holds the rest.
void LiveModem110d::feed(Time now) {
  const auto block = find_waveform(air_.waveform(seat_))->block_bits() / 8 + 1;
  while (air_.wants_octets(seat_) && !fifo_.empty()) {
    const auto n = std::min(fifo_.size(), block);
    air_.transmit(seat_, ByteView(fifo_).first(n));
    fifo_.erase(fifo_.begin(), fifo_.begin() + static_cast<std::ptrdiff_t>(n));
    dce_.sent(n, now);
    for (const auto& order : dce_.take_events()) obey(order, now);  // there is room for more
  }
  if (air_.keyed(seat_) && last_ && fifo_.empty()) air_.end(seat_);
}

}  // namespace longwire::sim
