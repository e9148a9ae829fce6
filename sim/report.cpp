#include "sim/report.hpp"

#include "base/text.hpp"
#include "node/engine/coding_views.hpp"
#include "sim/verdict.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace longwire::sim {

namespace json = boost::json;

namespace {

// Milliseconds are what people read; the trace has the microseconds.
double seconds(Duration d) {
  return static_cast<double>(std::chrono::round<std::chrono::milliseconds>(d).count()) / 1e3;
}

json::value time_of(const std::optional<Time>& t, Time start) {
  return t ? json::value(seconds(*t - start)) : json::value(nullptr);
}

json::object recipient_json(const MessageOutcome& outcome, const RecipientOutcome& r, Time start) {
  json::object out{{"address", r.address}, {"delivered_at", time_of(r.delivered, start)}};
  if (r.delivered && outcome.accepted) out["took"] = seconds(*r.delivered - *outcome.accepted);
  if (r.delivered) out["node"] = r.node;
  if (r.refused) out["refused"] = true;
  if (r.duplicates > 0) out["duplicates"] = r.duplicates;
  if (r.corrupted) out["corrupted"] = true;
  if (r.reported) {
    out["failure_reported_at"] = time_of(r.reported, start);
    out["status"] = r.status;
  }
  if (r.success_reports > 0) out["success_reports"] = r.success_reports;
  if (!r.queue_state.empty()) out["state"] = r.queue_state;
  return out;
}

json::array messages_json(const World& world) {
  json::array out;
  const Time start = world.scenario().start;
  for (const auto& outcome : world.scoreboard().outcomes()) {
    json::array recipients;
    for (const auto& r : outcome.recipients) recipients.push_back(recipient_json(outcome, r, start));
    out.push_back(json::object{{"name", outcome.plan->name},
                               {"message_id", outcome.message_id},
                               {"precedence", to_string(outcome.plan->precedence)},
                               {"octets", outcome.octets},
                               {"submitted_at", seconds(outcome.plan->at)},
                               {"accepted_at", time_of(outcome.accepted, start)},
                               {"reply", outcome.reply},
                               {"recipients", std::move(recipients)}});
  }
  return out;
}

json::object air_json(const StationAir& air, bool modem) {
  json::object out{{"bytes_sent", air.octets_sent},
                   {"bytes_received", air.octets_received},
                   {"frames_sent", air.frames_sent},
                   {"frames_received", air.frames_received},
                   {"frames_lost", air.frames_lost},
                   {"frames_dropped", air.frames_dropped},
                   {"overs", air.overs},
                   {"turnarounds", air.turnarounds},
                   {"collisions", air.collisions},
                   {"air_seconds", seconds(air.air)}};
  if (!modem) return out;
  out["bits_on_air"] = air.bits_on_air;
  out["carrier_seconds"] = seconds(air.carrier);
  out["longest_over_seconds"] = seconds(air.longest_over);
  return out;
}

json::object bearers_json(const World& world, const Station& station) {
  json::object out;
  for (std::size_t b = 0; b < station.radios.size(); ++b)
    if (station.radios[b]) out[station.config().bearers[b].name] = station.radios[b]->status(world.now());
  return out;
}

json::object p_mul_json(const Station& station) {
  json::object out;
  for (std::size_t b = 0; b < station.p_mul.size(); ++b)
    out[station.config().bearers[b].name] = engine::p_mul_json(station.p_mul[b].plain, station.p_mul[b].coded);
  return out;
}

json::array nodes_json(World& world) {
  json::array out;
  for (auto& station : world.stations()) {
    json::object links;
    for (const auto link : station.links()) {
      const auto& channel = world.channels()[link];
      const auto seat = world.seat(link, station);
      links[channel.config().name] = air_json(world.air(link, seat), channel.config().hf.modems);
    }
    out.push_back(json::object{{"name", station.name()},
                               {"running", station.running()},
                               {"bytes_under_emcon", station.silent_octets},
                               {"links", std::move(links)},
                               {"p_mul", p_mul_json(station)},
                               {"transfers", station.transfers},
                               {"receptions", station.receptions}});
    auto& object = out.back().as_object();
    if (station.silent_carrier > Duration{0}) object["carrier_seconds_under_emcon"] = seconds(station.silent_carrier);
    if (auto bearers = bearers_json(world, station); !bearers.empty()) object["bearers"] = std::move(bearers);
  }
  return out;
}

json::array links_json(const World& world) {
  json::array out;
  for (std::size_t l = 0; l < world.channels().size(); ++l) {
    const auto& channel = world.channels()[l];
    std::uint64_t octets = 0, overs = 0, turnarounds = 0, collisions = 0;
    Duration air{0}, carrier{0};
    for (StationIndex s = 0; s < channel.stations(); ++s) {
      const auto& one = world.air(l, s);
      octets += one.octets_sent;
      overs += one.overs;
      turnarounds += one.turnarounds;
      collisions += one.collisions;
      air += one.air;
      carrier += one.carrier;
    }
    out.push_back(json::object{{"name", channel.config().name},
                               {"kind", to_string(channel.config().kind)},
                               {"rate", channel.config().rate_bps},
                               {"bytes_on_air", octets},
                               {"overs", overs},
                               {"turnarounds", turnarounds},
                               {"air_seconds", seconds(air)}});
    if (!channel.config().hf.modems) continue;
    auto& object = out.back().as_object();
    object["bearer"] = "modem";
    object["collisions"] = collisions;
    object["carrier_seconds"] = seconds(carrier);
  }
  return out;
}

std::string clock(const std::optional<Time>& t, Time start) {
  if (!t) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", to_seconds(*t - start));
  return text;
}

std::string fate(const RecipientOutcome& r) {
  if (r.refused) return "refused";
  if (r.delivered) return r.duplicates > 0 ? "delivered twice" : "delivered";
  if (r.reported) return "reported " + r.status;
  return r.queue_state.empty() ? "missing" : r.queue_state;
}

// Where anything was coded.
void coded_text(std::ostream& out, const Station& station) {
  for (std::size_t b = 0; b < station.p_mul.size(); ++b) {
    const auto& told = station.p_mul[b].coded;
    if (told.transfers == 0) continue;
    const auto figures = engine::p_mul_json({}, told).at("coded").as_object();
    char ratios[64];
    std::snprintf(ratios, sizeof ratios, "code rate %.2f, repair ratio %.2f",
                  figures.at("code_rate").to_number<double>(), figures.at("repair_ratio").to_number<double>());
    out << "coded by " << station.name() << " on " << station.config().bearers[b].name << ": " << told.transfers
        << " transfers, " << told.sources << " sources, " << told.parity << " parity, " << ratios << '\n';
  }
}

void row(std::ostream& out, const std::vector<std::string>& cells, const std::vector<int>& widths) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    char text[256];
    std::snprintf(text, sizeof text, "%-*.60s  ", widths[i], cells[i].c_str());
    out << text;
  }
  out << '\n';
}

}  // namespace

json::object report_json(World& world, std::uint64_t seed, const std::vector<std::string>& failed) {
  json::array reasons;
  for (const auto& reason : failed) reasons.push_back(json::value(reason));
  return {{"scenario", world.scenario().file},
          {"seed", seed},
          {"simulated_seconds", seconds(world.now() - world.scenario().start)},
          {"ok", failed.empty()},
          {"failed_expectations", std::move(reasons)},
          {"delivered", world.scoreboard().delivered_recipients()},
          {"accepted", world.scoreboard().accepted_recipients()},
          {"bytes_on_air", world.octets_on_air()},
          {"events", world.events()},
          {"trace",
           json::object{
               {"algorithm", "FNV-1a 64"}, {"hash", hex64(world.trace().hash())}, {"lines", world.trace().lines()}}},
          {"messages", messages_json(world)},
          {"nodes", nodes_json(world)},
          {"links", links_json(world)}};
}

void report_text(std::ostream& out, World& world, std::uint64_t seed, const std::vector<std::string>& failed) {
  const Time start = world.scenario().start;
  const std::vector<int> widths{14, 10, 28, 10, 10, 16};
  row(out, {"message", "precedence", "recipient", "submitted", "delivered", "state"}, widths);
  constexpr std::size_t most_rows = 200;
  std::size_t rows = 0;
  for (const auto& outcome : world.scoreboard().outcomes())
    for (const auto& r : outcome.recipients) {
      if (++rows > most_rows) continue;
      row(out,
          {outcome.plan->name, std::string(to_string(outcome.plan->precedence)), r.address,
           clock(outcome.accepted, start), clock(r.delivered, start), fate(r)},
          widths);
    }
  if (rows > most_rows) out << "... and " << rows - most_rows << " more\n";
  out << '\n';
  for (std::size_t l = 0; l < world.channels().size(); ++l)
    for (StationIndex s = 0; s < world.channels()[l].stations(); ++s) {
      const auto& channel = world.channels()[l];
      const auto& air = world.air(l, s);
      out << "link " << channel.config().name << ", " << world.station_at(channel, s).name() << ": sent "
          << air.octets_sent << " bytes in " << air.overs << " overs, received " << air.octets_received << " bytes, "
          << air.frames_lost << " frames lost";
      if (channel.config().hf.modems)
        out << ", " << std::llround(to_seconds(air.carrier)) << " s of carrier, " << air.collisions << " collisions";
      out << '\n';
    }
  for (const auto& station : world.stations()) coded_text(out, station);
  out << "\nseed " << seed << ", " << world.scoreboard().delivered_recipients() << " of "
      << world.scoreboard().accepted_recipients() << " delivered, " << world.octets_on_air() << " bytes on air, trace "
      << hex64(world.trace().hash()) << " (FNV-1a 64)\n";
  for (const auto& reason : failed) out << "FAILED: " << reason << '\n';
  if (failed.empty()) out << "every expectation holds\n";
}

}  // namespace longwire::sim
