// Both ends of a MIL-STD-188-110D Appendix A port and a raw modem, driven by a byte string: packets with
// good CRCs that the harness seals, raw octets, overs, time. What must hold: no crash, bounded buffers,
// nothing keyed beyond the transmit limit, one OverEnded for each key(), no wake owed in the past again
// and again, and every packet that either end sends decodes.
#include "base/checksum.hpp"
#include "bearers/modem/modem_110d.hpp"
#include "bearers/modem/modem_110d_dce.hpp"
#include "bearers/modem/raw_modem.hpp"

#include <chrono>
#include <cstdlib>

namespace {

using namespace longwire;
using namespace longwire::modem;
using std::chrono::seconds;

constexpr Duration limit = seconds{20};

void require(bool condition) {
  if (!condition) std::abort();
}

PortModemSettings settings_of(std::uint8_t flavour) {
  PortModemSettings s;
  s.waveform.rate_bps = flavour & 1 ? 75 : 2400;
  s.waveform.interleaver = static_cast<Interleaver>(flavour >> 1 & 1);
  s.max_transmit = limit;
  s.settable = flavour & 4;
  s.attach = flavour & 8 ? Attach::serial : Attach::raw_tcp;
  return s;
}

Bytes sealed(std::uint8_t type, ByteView payload) {
  ByteWriter w;
  w.bytes(port110d::packet_preamble);
  w.u8(type);
  w.u16(static_cast<std::uint16_t>(payload.size()));
  w.u16(crc16_s5066(w.view()));
  if (payload.empty()) return w.finish();
  w.bytes(payload);
  w.u16(crc16_s5066(payload));
  return w.finish();
}

// What an end sends must be packets and nothing else.
void check_output(ByteView octets) {
  port110d::PacketReader reader;
  reader.feed(octets);
  while (const auto packet = reader.next()) require(packet->has_value());
  require(reader.buffered() == 0 && reader.skipped_octets() == 0);
}

struct Keyed {
  Keyed(PortModem& m, bool by_line) : modem(m), on_when_keyed(by_line) {}
  void key(Time now) {
    if (modem.keyed()) return;
    modem.key(now);
    ++keys;
    since = now;
  }
  void check(Time now) {
    for (const auto& e : modem.take_events())
      if (std::holds_alternative<event::OverEnded>(e)) ++ends;
    require(ends + (modem.keyed() ? 1 : 0) == keys);
    // A modem may hold an over back for a while before its transmitter starts and the limit counts.
    require(!modem.keyed() || now <= since + 2 * limit + seconds{120});
    require(!modem.ptt() || modem.keyed());
    require(!modem.ptt() || !on_when_keyed || now < since + limit);
  }
  PortModem& modem;
  bool on_when_keyed;
  std::size_t keys = 0, ends = 0;
  Time since{};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > 4096) return 0;
  ByteReader in({data, size});
  const auto settings = settings_of(in.u8());
  Modem110d dte(settings);
  RawModem raw(settings);
  DceSettings dce_settings;
  dce_settings.waveform = settings.waveform;
  dce_settings.settable = in.u8() & 1;
  dce_settings.fifo_octets = 10'000;
  Modem110dDce dce(dce_settings);
  Keyed keyed_dte(dte, false), keyed_raw(raw, true);
  auto now = from_unix(1'700'000'000);
  dte.port_opened(now);
  dce.opened(now);
  raw.port_opened(now);
  Bytes to_dce, to_dte;

  while (!in.at_end()) {
    const auto what = in.u8();
    switch (what % 12) {
      case 0:  // the two ends talk
      case 1:
        for (int i = 0; i < 4; ++i) {
          if (dce.wants_input()) dce.on_bytes(std::exchange(to_dce, {}), now);
          dte.on_bytes(std::exchange(to_dte, {}), now);
          const auto from_dte = dte.take_bytes(), from_dce = dce.take_bytes();
          check_output(from_dte);
          check_output(from_dce);
          to_dce.insert(to_dce.end(), from_dte.begin(), from_dte.end());
          to_dte.insert(to_dte.end(), from_dce.begin(), from_dce.end());
        }
        break;
      case 2: {
        const auto type = in.u8();
        const auto payload = in.take(std::min<std::size_t>(in.u8(), in.remaining()));
        const auto packet = sealed(type > 3 ? 0 : type, payload);
        what & 0x80 ? dte.on_bytes(packet, now) : dce.on_bytes(packet, now);
        break;
      }
      case 3: {
        const auto octets = in.take(std::min<std::size_t>(in.u8(), in.remaining()));
        dte.on_bytes(octets, now);
        dce.on_bytes(octets, now);
        raw.on_bytes(octets, now);
        break;
      }
      case 4:
        keyed_dte.key(now);
        keyed_raw.key(now);
        break;
      case 5:
        for (PortModem* modem : {static_cast<PortModem*>(&dte), static_cast<PortModem*>(&raw)})
          for (int i = 0; i < 200 && modem->wants_octets(now); ++i) modem->transmit(Bytes(1U + what, 0x5A), now);
        require(!raw.wants_octets(now));
        break;
      case 6:
        dte.end(now);
        raw.end(now);
        break;
      case 7: {
        const bool was_keyed = dte.keyed();
        dte.abort(now);
        raw.abort(now);
        require(!dte.keyed() && !raw.keyed() && (!was_keyed || dte.take_bytes().empty()));
        break;
      }
      case 8:
        dce.sent(in.u8() * 16U, now);
        if (what & 0x80) dce.underrun(now);
        if (what & 0x40) dce.flushed(now);
        break;
      case 9:
        dce.carrier(what & 0x80, {in.u8() * 75U, Interleaver::short_}, now);
        dce.received(Bytes(in.u8(), 0x33), now);
        break;
      case 10:
        if (what & 0x80) (void)dte.set_waveform({1200, Interleaver::long_}, now);
        dce.set_waveform({600, Interleaver::short_}, now);
        break;
      default: {
        const auto step = Duration{in.u8() * 100'000};
        const auto wake = std::min({dte.next_wake(), dce.next_wake(), raw.next_wake()});
        now = std::max(now + Duration{1}, what & 0x80 ? std::min(wake, now + step) : now + step);
        dte.tick(now);
        dce.tick(now);
        raw.tick(now);
        require(dte.next_wake() > now && dce.next_wake() > now && raw.next_wake() > now);
      }
    }
    for (const auto& e : dce.take_events())
      if (const auto* octets = std::get_if<dce::Octets>(&e)) require(octets->octets.size() <= port110d::largest_data);
    if (dte.wants_close() || dce.wants_close()) {
      to_dce.clear();
      to_dte.clear();
      dte.port_closed("closed", now);
      dce.closed(now);
      (void)dce.take_events();
      dte.port_opened(now);
      dce.opened(now);
    }
    if (raw.wants_close()) {
      raw.port_closed("closed", now);
      raw.port_opened(now);
    }
    (void)raw.take_bytes();
    keyed_dte.check(now);
    keyed_raw.check(now);
  }
  return 0;
}
