#include "sim/live_modem_raw.hpp"

#include <algorithm>
#include <utility>

namespace longwire::sim {

namespace {

constexpr std::size_t fifo_octets = 256 * 1024;  // an over of 127.5 s at 9600 bit/s is 153 000

}  // namespace

LiveModemRaw::LiveModemRaw(HfAir& air, StationIndex seat) : air_(air), seat_(seat) { air_.attach(seat_); }

void LiveModemRaw::opened(Time) { out_.clear(); }

// Who hangs up wants the radio quiet.
void LiveModemRaw::closed(Time now) {
  fifo_.clear();
  out_.clear();
  air_.abort(seat_, now, "aborted");
}

bool LiveModemRaw::wants_input() const { return fifo_.size() < fifo_octets; }

void LiveModemRaw::on_octets(ByteView octets, Time now) {
  fifo_.insert(fifo_.end(), octets.begin(), octets.end());
  if (!air_.keyed(seat_)) air_.key(seat_, now);
}

void LiveModemRaw::step(Time now) {
  air_.attended(seat_);
  for (const auto& event : air_.take_events(seat_))
    if (const auto* received = std::get_if<modem::event::Received>(&event))
      out_.insert(out_.end(), received->octets.begin(), received->octets.end());
  if (!air_.keyed(seat_) && !fifo_.empty()) air_.key(seat_, now);
  const auto block = find_waveform(air_.waveform(seat_))->block_bits() / 8 + 1;
  while (air_.wants_octets(seat_) && !fifo_.empty()) {
    const auto n = std::min(fifo_.size(), block);
    air_.transmit(seat_, ByteView(fifo_).first(n));
    fifo_.erase(fifo_.begin(), fifo_.begin() + static_cast<std::ptrdiff_t>(n));
  }
}

}  // namespace longwire::sim
