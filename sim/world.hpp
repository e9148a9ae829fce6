// World: stations, links and a script in virtual time. One thread; the clock jumps from event to event.
#pragma once

#include "sim/channel.hpp"
#include "sim/hf_air.hpp"
#include "sim/pcap.hpp"
#include "sim/scenario.hpp"
#include "sim/scoreboard.hpp"
#include "sim/station.hpp"
#include "sim/trace.hpp"

#include <functional>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace longwire::sim {

struct WorldOptions {
  std::uint64_t seed = 1;
  std::ostream* trace = nullptr;
  std::ostream* pcap = nullptr;            // datagrams of the links, as raw IPv4
  std::ostream* pcap_d_pdu = nullptr;      // D_PDUs of the links of modems
  std::function<void(Duration)> progress;  // now and then, with the simulated time
  // Every report and every frame, for programs that measure.
  std::function<void(const std::string& node, const engine::action::Report&)> on_report;
  std::function<void(const AirEvent&)> on_air;
  std::function<void(std::size_t link, const HfEvent&)> on_hf;
};

class World {
 public:
  // The scenario must outlive the world.
  World(const Scenario& scenario, WorldOptions options);

  // Until the scenario's duration is over. Errors are in failures().
  void run();
  // Until t at the latest, for programs that look in between.
  void run_until(Time t);

  Time now() const { return now_; }
  const Scenario& scenario() const { return scenario_; }
  const Scoreboard& scoreboard() const { return scoreboard_; }
  const std::vector<Channel>& channels() const { return channels_; }
  std::vector<Station>& stations() { return stations_; }
  const Trace& trace() const { return trace_; }
  std::uint64_t events() const { return events_; }
  // What must never happen, whatever the scenario expects: a node that does not rest, a store that fails.
  const std::vector<std::string>& failures() const { return failures_; }
  std::uint64_t octets_on_air() const;
  // When the last Data_PDU of P_MUL went on the air; not of links of modems.
  std::optional<Time> last_data() const { return last_data_; }
  // What a station did on a link; the same of its modem.
  const StationAir& air(std::size_t link, StationIndex seat) const {
    return airs_[link] ? airs_[link]->station(seat) : channels_[link].station(seat);
  }
  // Where a station sits on a link, and back. The station must be on that link.
  StationIndex seat(std::size_t link, const Station& station) const;
  const Station& station_at(const Channel& channel, StationIndex seat) const;

 private:
  struct Attempt {
    Time at;
    std::size_t message;
    friend bool operator>(const Attempt& a, const Attempt& b) {
      return std::tie(a.at, a.message) > std::tie(b.at, b.message);
    }
  };

  Time next_event() const;
  void run_script();
  void run_event(const EventPlan& event);
  void run_due_nodes();
  void run_due_channels();

  void submit(std::size_t message);
  void command(std::size_t station, const boost::json::object& request);
  void command_for_message(const EventPlan& event, std::string_view verb);
  void crash(std::size_t station, bool power, bool torn);
  void restart(std::size_t station);
  void set_emcon(std::size_t station, bool silent);
  void set_link(std::size_t link, bool up);
  void inject(const EventPlan& event);

  // One loop turn of a node: drain, do what it asks for, hand its datagrams to the radios.
  void turn(std::size_t station);
  void settle(std::size_t station);
  std::vector<engine::Event> perform(std::size_t station, std::vector<engine::Action> actions);
  bool poll(std::size_t station);
  void hand_over(std::size_t station, std::size_t bearer, engine::Datagram datagram);
  std::vector<StationIndex> receivers(std::size_t link, std::size_t from, Ipv4 to) const;
  void air_event(std::size_t link, const AirEvent& event);
  void collect_queue_states();

  // --- links of modems (world_hf.cpp) ---
  void boot(std::size_t station);
  void run_due_airs();
  bool called(std::size_t station) const;  // a modem has something to say
  bool run_radios(std::size_t station);    // false: nothing came of it
  std::optional<engine::Event> radio_event(std::size_t station, std::size_t bearer, bearers::HfEvent event);
  void hf_event(std::size_t link, const HfEvent& event);
  void modem_event(const EventPlan& event);
  void switch_off_radios(std::size_t station);
  void note_silence(std::size_t station);  // after an order

  const Scenario& scenario_;
  WorldOptions options_;
  Time start_, now_, end_;
  Rng rng_;
  Trace trace_;
  std::optional<PcapWriter> pcap_, pcap_d_pdu_;
  Scoreboard scoreboard_;
  std::vector<std::unique_ptr<HfAir>> airs_;  // by link: of modems, else nullptr; the stations stand on it
  std::vector<Station> stations_;
  std::vector<Channel> channels_;
  // For each link: the addresses a node listens to there.
  struct Ear {
    std::size_t station;
    std::size_t bearer;
    Ipv4 address;
    std::vector<Ipv4> groups;
  };
  std::vector<std::vector<Ear>> ears_;            // [link][seat]: a seat is a StationIndex of the channel
  std::vector<std::vector<StationIndex>> seats_;  // [station][bearer]
  std::vector<Attempt> attempts_;                 // a heap of submissions, the earliest in front
  std::size_t next_script_event_ = 0;
  std::vector<AirEvent> air_events_;  // reused
  std::vector<HfEvent> hf_events_;
  std::vector<std::string> failures_;
  std::uint64_t frames_ = 0, events_ = 0;
  std::optional<Time> last_data_;
};

}  // namespace longwire::sim
