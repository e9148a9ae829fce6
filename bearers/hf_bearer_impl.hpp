// What HfBearer is made of; hf_bearer.cpp is its outside, hf_traffic.cpp the units that come and go.
#pragma once

#include "bearers/hf_bearer.hpp"
#include "bearers/hf_queue.hpp"
#include "bearers/node_state.hpp"
#include "bearers/sis_end.hpp"

#include <array>
#include <map>
#include <string>

namespace longwire::bearers {

struct HfBearer::Impl {
  Impl(HfBearerConfig settings, std::unique_ptr<modem::Modem> the_modem, std::uint64_t seed, Time now);

  static constexpr unsigned priorities = 16;

  // --- hf_bearer.cpp
  bool own_node() const { return stack != nullptr; }
  std::size_t ends_in_use() const { return config.arq ? 2 : 1; }
  std::string_view why_down() const;  // empty: up
  bool up() const { return why_down().empty(); }
  bool ready(Time now) const;
  unsigned room_below(Time now) const;  // P_MUL priorities below this have room, 0 to 16
  std::uint32_t rate() const;
  void run(Time now);
  Time next_wake() const;
  void shuttle(Time now);  // octets between our clients and our own node
  void reconnect(std::size_t end, Time now);
  void purge(std::string_view reason, Time now);
  void tell_changes(Time now);
  boost::json::object status(Time now) const;

  // --- hf_traffic.cpp
  void send(HfUnit unit, Time now);
  Time leaves_at(std::size_t octets, Time now);
  void settle(Time now);
  void take_events(SisEnd& end, Time now);
  void received(const SisEnd& end, s5066::UnidataIndication& indication);
  void finish(const HfQueued& unit, bool ok, std::string_view reason);
  void refuse(const HfUnit& unit, std::string_view reason);
  void ignored(std::string_view reason);
  void rejected(const SisEnd& end, std::string_view reason, boost::json::object fields = {});
  void report(std::string_view level, std::string_view name, boost::json::object fields);

  HfBearerConfig config;
  std::unique_ptr<modem::Modem> modem;
  modem::PortModem* port_modem = nullptr;  // the same, when it stands at a byte port
  std::unique_ptr<s5066::Stack> stack;
  std::vector<SisEnd> ends;  // UDOP, RCOP
  std::array<s5066::ClientId, 2> clients{};
  HfQueue queue;
  std::vector<HfEvent> events;

  bool silent = false;
  bool told_up = false;
  std::string_view told_why;
  unsigned told_room = priorities;
  NodeState node_state;  // another's
  Time now_{};           // of the last call
  Time busy_until{};     // another's node: the radio has sent what it was given
  Time over_began{};     // and since when it sends without a break
  struct Counts {
    std::uint64_t units_out = 0, arq_out = 0, confirmed = 0, failed = 0, units_in = 0;
  } counts;
  std::map<std::string, std::uint64_t> ignored_;   // by named error
  std::map<std::string, std::uint64_t> rejected_;  // U_PDUs of ours, by reason
};

}  // namespace longwire::bearers
