// A DTE driver and the modem's end of its port on one bench in virtual time. The radio is the least
// that makes the two work: it takes one interleaver block at a time off the FIFO, at the rate of the
// waveform, and runs dry when a block cannot be filled before LAST.
#pragma once

#include "bearers/modem/modem_110d.hpp"
#include "bearers/modem/modem_110d_dce.hpp"
#include "bearers/modem/waveform.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <utility>

namespace longwire::modem {

class Bench110d {
 public:
  explicit Bench110d(PortModemSettings dte_settings = {}, DceSettings dce_settings = {})
      : dte(dte_settings), dce(dce_settings) {}

  void open() {
    dte.port_opened(now);
    dce.opened(now);
    connected = true;
    settle();
  }
  void close() {
    connected = false;
    to_dte.clear();
    to_dce.clear();
    dce.closed(now);
    dte.port_closed("closed", now);
    collect();
  }

  // What is under way arrives, and whatever follows from it.
  void settle() {
    for (bool busy = true; busy;) {
      if (feed) feed();
      busy = exchange();
      collect();
    }
  }
  // Virtual time goes on, from wake to wake.
  void run(Duration span) {
    const auto until = now + span;
    settle();
    while (true) {
      const auto next = std::min({dte.next_wake(), dce.next_wake(), radio_wake(), carrier_wake, until});
      now = std::max(next, now + Duration{1});
      if (now > until) {
        now = until;
        return;
      }
      dte.tick(now);
      dce.tick(now);
      turn_radio();
      ++turns;
      settle();
    }
  }
  bool run_until(const std::function<bool()>& condition, Duration limit) {
    const auto until = now + limit;
    while (!condition() && now < until) run(std::chrono::milliseconds{10});
    return condition();
  }

  template <class E>
  std::vector<E> events() const {
    std::vector<E> found;
    for (const auto& e : dte_events)
      if (const auto* match = std::get_if<E>(&e)) found.push_back(*match);
    return found;
  }

  Modem110d dte;
  Modem110dDce dce;
  Time now = from_unix(1'700'000'000);
  bool connected = false;
  bool one_octet_at_a_time = false;
  std::function<void()> feed;  // the owner of the DTE: gives octets while they are wanted
  std::vector<Event> dte_events;
  std::vector<DceEvent> dce_events;
  Bytes to_dce, to_dte, on_air;
  std::uint64_t turns = 0;
  Time carrier_wake = never;
  Time radio_started{};
  Duration radiated{};
  bool key_refused = false;

 private:
  bool exchange() {
    if (!connected) return false;
    move_into(to_dce, dte.take_bytes());
    move_into(to_dte, dce.take_bytes());
    if (dte.wants_close() || dce.wants_close()) {
      // The last words of either arrive, then the connection is gone.
      deliver(to_dte, [&](ByteView b) { dte.on_bytes(b, now); });
      deliver(to_dce, [&](ByteView b) { dce.on_bytes(b, now); });
      close();
      return true;
    }
    const bool any = !to_dce.empty() || !to_dte.empty();
    deliver(to_dce, [&](ByteView b) { dce.on_bytes(b, now); });
    deliver(to_dte, [&](ByteView b) { dte.on_bytes(b, now); });
    return any;
  }
  static void move_into(Bytes& to, Bytes from) { to.insert(to.end(), from.begin(), from.end()); }
  template <class F>
  void deliver(Bytes& octets, F f) const {
    const auto all = std::exchange(octets, {});
    if (!one_octet_at_a_time) return all.empty() ? void() : f(ByteView(all));
    for (const auto& octet : all) f(ByteView(&octet, 1));
  }
  void collect() {
    for (auto& e : dte.take_events()) dte_events.push_back(std::move(e));
    for (auto& e : dce.take_events()) {
      take(e);
      dce_events.push_back(std::move(e));
    }
  }
  void take(const DceEvent& e) {
    if (const auto* octets = std::get_if<dce::Octets>(&e))
      fifo.insert(fifo.end(), octets->octets.begin(), octets->octets.end());
    if (std::holds_alternative<dce::Last>(e)) last = true;
    if (std::holds_alternative<dce::Armed>(e)) {
      fifo.clear();
      last = false;
    }
    if (std::holds_alternative<dce::Started>(e)) {
      radio_started = now;
      next_block = now + preamble(dce.waveform());
      radiating = true;
    }
    if (std::holds_alternative<dce::Aborted>(e)) {
      if (radiating) radiated = now - radio_started;
      radiating = false;
      next_block = flush_at = never;
    }
    if (const auto* wanted = std::get_if<dce::WaveformWanted>(&e); wanted && !key_refused)
      dce.set_waveform({wanted->rate_bps, wanted->interleaver}, now);
  }
  Time radio_wake() const { return std::min(next_block, flush_at); }
  void turn_radio() {
    if (now >= flush_at) {
      flush_at = never;
      radiating = false;
      radiated = now - radio_started;
      dce.flushed(now);
    }
    if (now < next_block) return;
    const std::size_t block = std::max<std::size_t>(1, blocking_bits(dce.waveform()) / 8);
    if (fifo.size() < block && !last) {
      next_block = never;
      flush_at = now + interleaver_block(dce.waveform());
      return dce.underrun(now);
    }
    const auto n = std::min(block, fifo.size());
    on_air.insert(on_air.end(), fifo.begin(), fifo.begin() + static_cast<std::ptrdiff_t>(n));
    fifo.erase(fifo.begin(), fifo.begin() + static_cast<std::ptrdiff_t>(n));
    dce.sent(n, now);
    collect();
    next_block = now + air_time(block, dce.waveform().rate_bps);
    if (!fifo.empty() || !last) return;
    flush_at = next_block;
    next_block = never;
  }

  std::deque<std::uint8_t> fifo;
  bool last = false;
  bool radiating = false;
  Time next_block = never, flush_at = never;
};

}  // namespace longwire::modem
