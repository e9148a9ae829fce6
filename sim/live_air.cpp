#include "sim/live_air.hpp"

#include "sim/live_modem_110d.hpp"
#include "sim/live_modem_raw.hpp"
#include "sim/live_pty_port.hpp"
#include "sim/live_tcp_port.hpp"

#include <algorithm>
#include <cstdio>

namespace longwire::sim {

namespace {

using namespace std::chrono_literals;

// A program that does not read is asked again so often.
constexpr Duration retry = 50ms;

std::vector<ModemStation> on_link(const LiveConfig& config, std::size_t index) {
  std::vector<ModemStation> out;
  for (const auto& modem : config.modems)
    if (modem.link == index) out.push_back(modem);
  return out;
}

std::vector<std::string> names(const std::vector<ModemStation>& stations) {
  std::vector<std::string> out;
  for (const auto& station : stations) out.push_back(station.name);
  return out;
}

std::unique_ptr<BytePort> open_port(const ModemStation& station) {
  if (station.kind == ModemStation::Kind::pty) return std::make_unique<PtyPort>(station.path);
  return std::make_unique<TcpPort>(station.listen);
}

std::unique_ptr<LiveModem> make_modem(const ModemStation& station, HfAir& air, StationIndex seat) {
  if (station.kind == ModemStation::Kind::port_110d) return std::make_unique<LiveModem110d>(air, seat);
  return std::make_unique<LiveModemRaw>(air, seat);
}

}  // namespace

LiveAir::LiveAir(const LiveConfig& config, std::size_t index, std::uint64_t seed, Time start, OnDPdu on_d_pdu)
    : air_(config.links[index], names(on_link(config, index)), seed, start),
      on_d_pdu_(std::move(on_d_pdu)),
      served_(start) {
  for (auto& one : on_link(config, index)) {
    const auto seat = stations_.size();
    auto port = open_port(one);
    auto modem = make_modem(one, air_, seat);
    stations_.push_back(
        {std::move(one), std::move(port), std::move(modem), std::make_unique<s5066::DPduScanner>(), false, 0});
  }
}

void LiveAir::add_descriptors(std::vector<int>& out) const {
  for (const auto& station : stations_) station.port->add_descriptors(out, station.modem->wants_input());
}

bool LiveAir::receive(int fd, Time now) {
  for (auto& station : stations_) {
    if (!station.port->owns(fd)) continue;
    const auto news = station.port->read(fd);
    if (news.closed) station.modem->closed(now);
    if (news.opened) station.modem->opened(now);
    if (news.closed || news.opened) station.connected = news.opened;
    if (!news.octets.empty()) station.modem->on_octets(news.octets, now);
    serve(station, now);
    return true;
  }
  return false;
}

void LiveAir::serve(Station& station, Time now) {
  station.modem->step(now);
  const bool good = station.port->write(station.modem->take_octets());
  if (good && !station.modem->wants_close()) return;
  station.port->close();
  station.connected = false;
  station.modem->closed(now);
  station.modem->step(now);
}

Time LiveAir::next_event() const {
  Time next = air_.next_event();
  for (StationIndex s = 0; s < stations_.size(); ++s) {
    next = std::min(next, stations_[s].modem->next_wake());
    if (stations_[s].port->backlog()) next = std::min(next, served_ + retry);
    if (air_.attention(s)) return served_;
  }
  return next;
}

void LiveAir::advance(Time now) {
  std::vector<HfEvent> events;
  air_.advance(now, events);
  for (const auto& event : events) watch(event);
  for (auto& station : stations_) serve(station, now);
  served_ = now;
}

void LiveAir::watch(const HfEvent& event) {
  auto& station = stations_[event.station];
  if (event.kind != HfEvent::Kind::sent && event.kind != HfEvent::Kind::carrier_down) return;
  if (event.kind == HfEvent::Kind::sent) station.sent->feed(*event.octets);
  else station.sent->end();
  while (const auto found = station.sent->next()) {
    if (found->unknown || found->bad_segment) continue;
    ++station.d_pdus;
    if (on_d_pdu_) on_d_pdu_(event.time, s5066::encode(found->pdu));
  }
}

boost::json::object LiveAir::report() const {
  boost::json::array stations;
  std::uint64_t overs = 0, octets = 0;
  for (StationIndex s = 0; s < stations_.size(); ++s) {
    const auto& air = air_.station(s);
    overs += air.overs;
    octets += air.octets_sent;
    stations.push_back({{"name", stations_[s].config.name},
                        {"port", stations_[s].port->where()},
                        {"connected", stations_[s].connected},
                        {"rate", air_.waveform(s).rate_bps},
                        {"octets_sent", air.octets_sent},
                        {"bits_on_air", air.bits_on_air},
                        {"d_pdus_sent", stations_[s].d_pdus},
                        {"octets_received", air.octets_received},
                        {"overs", air.overs},
                        {"collisions", air.collisions},
                        {"carrier_seconds", to_seconds(air.carrier)},
                        {"carrier_heard", air_.carrier(s)}});
  }
  return {{"name", air_.config().name}, {"kind", "hf"},   {"bearer", "modem"},
          {"octets_on_air", octets},    {"overs", overs}, {"stations", stations}};
}

std::string LiveAir::table() const {
  std::string out;
  const auto add = [&](const std::string& name, const auto&... cells) {
    char text[160];
    std::snprintf(text, sizeof text, "%-14.14s", name.c_str());
    out += text;
    ((std::snprintf(text, sizeof text, " %10s", std::string(cells).c_str()), out += text), ...);
    out += '\n';
  };
  add(air_.config().name, "octets", "d_pdus", "overs", "carrier", "received", "collided", "port");
  for (StationIndex s = 0; s < stations_.size(); ++s) {
    const auto& air = air_.station(s);
    const auto text = [](auto n) { return std::to_string(n); };
    add("  " + stations_[s].config.name, text(air.octets_sent), text(stations_[s].d_pdus), text(air.overs),
        text(air.carrier.count() / 1'000'000) + " s", text(air.octets_received), text(air.collisions),
        stations_[s].port->where() + (stations_[s].connected ? " connected" : ""));
  }
  return out;
}

}  // namespace longwire::sim
