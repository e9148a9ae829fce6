#include "sim/live_link.hpp"

#include "sim/ip_packet.hpp"
#include "sim/live_tun.hpp"
#include "sim/live_udp.hpp"

#include <algorithm>
#include <cstdio>

namespace longwire::sim {

namespace {

constexpr std::size_t default_mtu = 1500;

std::vector<StationConfig> on_link(const LiveConfig& config, std::size_t index) {
  std::vector<StationConfig> out;
  for (const auto& station : config.stations)
    if (station.link == index) out.push_back(station);
  return out;
}

std::vector<std::string> names(const std::vector<StationConfig>& stations) {
  std::vector<std::string> out;
  out.reserve(stations.size());
  for (const auto& station : stations) out.push_back(station.name);
  return out;
}

// The length of the network of `station` that holds `address`; -1 when none does.
int match(const StationConfig& station, Ipv4 address) {
  int best = station.address == address ? 33 : -1;
  for (const auto& network : station.networks)
    if ((address.value & netmask(network.prefix)) == (network.address.value & netmask(network.prefix)))
      best = std::max(best, static_cast<int>(network.prefix));
  return best;
}

bool is_for_all(const StationConfig& from, Ipv4 destination) {
  return destination.is_multicast() || destination.value == 0xFFFFFFFFU ||
         destination.value == (from.address.value | ~netmask(from.prefix));
}

}  // namespace

LiveLink::LiveLink(const LiveConfig& config, std::size_t index, std::uint64_t seed, Time start, OnAir on_air)
    : channel_(config.links[index], names(on_link(config, index)), seed, start), on_air_(std::move(on_air)) {
  for (auto& one : on_link(config, index)) stations_.push_back({std::move(one), nullptr, {}});
  const auto mtu = config.links[index].mtu != 0 ? config.links[index].mtu : default_mtu;
  for (auto& station : stations_) {
    std::vector<Ipv4> neighbours;
    for (const auto& other : stations_)
      if (other.config.address != station.config.address) neighbours.push_back(other.config.address);
    if (station.config.view) station.port = std::make_unique<UdpPort>(station.config, neighbours);
    else station.port = std::make_unique<TunPort>(station.config, mtu);
  }
}

void LiveLink::add_descriptors(std::vector<int>& out) const {
  for (const auto& station : stations_) station.port->add_descriptors(out);
}

bool LiveLink::receive(int fd, Time now) {
  for (StationIndex s = 0; s < stations_.size(); ++s) {
    auto packet = stations_[s].port->receive(fd);
    const bool ours = packet.has_value();
    for (; packet; packet = stations_[s].port->receive(fd)) take(s, std::move(*packet), now);
    if (ours) return true;
  }
  return false;
}

void LiveLink::take(StationIndex from, Bytes packet, Time now) {
  auto& traffic = stations_[from].traffic;
  ++traffic.packets_offered;
  traffic.octets_offered += packet.size();
  AirFrame frame;
  frame.from = from;
  frame.octets_on_air = packet.size();
  frame.serial = ++serial_;
  // A modem sends what it is given, whether or not somebody can understand it.
  if (const auto ip = parse_ipv4(packet)) {
    frame.source = ip->source;
    frame.destination = ip->destination;
    frame.to = receivers(from, ip->destination);
    if (frame.to.empty()) ++traffic.no_station;
  } else {
    ++traffic.not_ipv4;
  }
  frame.octets = std::move(packet);
  channel_.enqueue(std::move(frame), now);
}

std::vector<StationIndex> LiveLink::receivers(StationIndex from, Ipv4 destination) const {
  std::vector<StationIndex> out;
  const bool all = is_for_all(stations_[from].config, destination);
  int best = -1;
  for (StationIndex s = 0; s < stations_.size(); ++s) {
    if (s == from) continue;
    const int length = all ? 0 : match(stations_[s].config, destination);
    if (length < 0 || length < best) continue;
    if (!all) out.clear();
    best = length;
    out.push_back(s);
  }
  return out;
}

void LiveLink::advance(Time now) {
  std::vector<AirEvent> events;
  channel_.advance(now, events);
  for (const auto& event : events) switch (event.kind) {
      case AirEvent::Kind::started:
        if (on_air_) on_air_(event.time, event.frame->octets);
        break;
      case AirEvent::Kind::arrived: {
        auto& station = stations_[event.station];
        ++(station.port->deliver(event.frame->octets) ? station.traffic.packets_delivered
                                                      : station.traffic.undeliverable);
        break;
      }
      case AirEvent::Kind::lost:
        break;  // counted by the channel
    }
}

boost::json::object LiveLink::report() const {
  boost::json::array stations;
  std::uint64_t overs = 0, octets = 0;
  for (StationIndex s = 0; s < stations_.size(); ++s) {
    const auto& air = channel_.station(s);
    const auto& traffic = stations_[s].traffic;
    overs += air.overs;
    octets += air.octets_sent;
    stations.push_back({{"name", stations_[s].config.name},
                        {"packets_offered", traffic.packets_offered},
                        {"octets_offered", traffic.octets_offered},
                        {"not_ipv4", traffic.not_ipv4},
                        {"no_station", traffic.no_station},
                        {"packets_sent", air.frames_sent},
                        {"octets_sent", air.octets_sent},
                        {"packets_queued", channel_.queued(s)},
                        {"packets_dropped", air.frames_dropped},
                        {"packets_received", air.frames_received},
                        {"octets_received", air.octets_received},
                        {"packets_lost", air.frames_lost},
                        {"undeliverable", traffic.undeliverable},
                        {"overs", air.overs},
                        {"collisions", air.collisions}});
  }
  return {{"name", channel_.config().name}, {"octets_on_air", octets}, {"overs", overs}, {"stations", stations}};
}

std::string LiveLink::table() const {
  std::string out;
  const auto add = [&](const char* name, const auto... numbers) {
    char line[160];
    std::snprintf(line, sizeof line, "%-14.14s", name);
    out += line;
    ((std::snprintf(line, sizeof line, " %10s", numbers), out += line), ...);
    out += '\n';
  };
  add(channel_.config().name.c_str(), "sent", "octets", "overs", "queued", "received", "lost", "dropped");
  for (StationIndex s = 0; s < stations_.size(); ++s) {
    const auto& air = channel_.station(s);
    const auto text = [](std::uint64_t n) { return std::to_string(n); };
    add(("  " + stations_[s].config.name).c_str(), text(air.frames_sent).c_str(), text(air.octets_sent).c_str(),
        text(air.overs).c_str(), text(channel_.queued(s)).c_str(), text(air.frames_received).c_str(),
        text(air.frames_lost).c_str(), text(air.frames_dropped).c_str());
  }
  return out;
}

}  // namespace longwire::sim
