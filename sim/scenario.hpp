// Scenario: what a run of the simulator is told (design 4.3). Pure data.
#pragma once

#include "base/bytes.hpp"
#include "base/precedence.hpp"
#include "base/time.hpp"
#include "mail/envelope.hpp"
#include "node/config/problem.hpp"
#include "node/engine/config.hpp"
#include "sim/link_config.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::sim {

struct NodePlan {
  engine::Config config;
  std::vector<std::size_t> links;  // one a bearer, in the order of config.bearers
};

// What is to become of a message at each of its recipients.
enum class Fate : std::uint8_t { delivered, failed, any };

struct MessagePlan {
  std::string name;
  Duration at{0};        // since the start, like every time of a scenario
  std::size_t from = 0;  // node it is submitted at
  std::string from_address;
  std::string subject;          // empty: the name
  std::string label;            // marking of an SIO-Label field (RFC 7444); empty: none
  std::vector<std::string> to;  // addresses
  Precedence precedence = Precedence::routine;
  std::uint64_t size = 1000;  // of the whole message as submitted, header and all
  Bytes body;                 // instead of `size` random octets
  std::optional<mail::Notify> notify;
  std::optional<Duration> by;      // DELIVERBY, return when late
  std::optional<Duration> within;  // expectation for this message
  Fate expect = Fate::any;
};

struct EventPlan {
  enum class Kind : std::uint8_t {
    emcon,
    minimize,
    kill,
    power_cut,
    restart,
    link_state,
    peer_emcon,
    cancel,
    hold,
    release,
    command,
    inject,
    modem,
    rate,
    snr
  } kind = Kind::emcon;
  Duration at{0};
  std::size_t node = 0;
  bool on = true;              // emcon, peer_emcon: silent; link_state: up
  bool torn = false;           // kill, power_cut: in the middle of a loop turn, before its commit
  std::string level;           // minimize: a precedence or "off"
  std::string bearer;          // minimize: only there
  std::size_t link = 0;        // link_state, inject, modem, rate, snr
  bool everywhere = false;     // snr: at every receiver of the link
  std::uint64_t rate_bps = 0;  // rate: of that modem, by hand; 0: as its node wants it
  double snr_db = 0;
  std::string peer;     // peer_emcon
  std::string message;  // cancel, hold, release: a MessagePlan name
  std::string command;  // JSON of an operator command
  Bytes octets;         // inject: a UDP payload ...
  Ipv4 source;          // ... from this address
};

struct Expectations {
  bool all_delivered = false;
  std::optional<std::uint64_t> delivered;  // at least so many (message, recipient) pairs
  std::vector<std::string> delivered_names;
  std::optional<Duration> within;  // every delivery, from its submission
  std::optional<std::uint64_t> max_bytes_on_air;
  std::optional<std::uint64_t> coded_transfers;  // exactly so many, of all nodes
  std::optional<Duration> data_until;            // no P_MUL Data_PDU begins later
  bool silence = true;                           // not one octet under EMCON
  bool no_duplicates = true;
  bool no_lost = true;   // what was accepted is delivered, reported or still queued
  bool settled = false;  // and nothing is queued at the end
};

struct Scenario {
  std::string file;
  std::uint64_t seed = 1;
  Duration duration{0};
  Time start{};
  std::vector<LinkConfig> links;
  std::vector<NodePlan> nodes;
  std::vector<MessagePlan> messages;  // by time
  std::vector<EventPlan> events;      // by time
  Expectations expect;
};

struct ParsedScenario {
  std::optional<Scenario> scenario;  // set when no problem is an error
  config::Problems problems;
};

// directory: of the scenario file, for `file` and `config` entries that are not absolute; empty
// forbids such entries (fuzzing).
ParsedScenario parse_scenario(std::string_view text, std::string_view file_name, const std::string& directory);
ParsedScenario load_scenario(const std::string& path);

}  // namespace longwire::sim
