// Trace: what happened in a run, one JSON object a line, and the hash of all lines.
//
// Two runs of one scenario with one seed give the same octets.
#pragma once

#include "base/time.hpp"
#include "node/engine/node.hpp"
#include "sim/channel.hpp"
#include "sim/fnv.hpp"
#include "sim/hf_air.hpp"

#include <ostream>
#include <string>
#include <string_view>

namespace longwire::sim {

class Trace {
 public:
  // file may be nullptr: then only the hash is kept.
  Trace(std::ostream* file, Time start) : file_(file), start_(start) {}

  void air(const AirEvent& event, std::string_view link, std::string_view station);
  void air(const HfEvent& event, std::string_view link, std::string_view station, std::string_view from);
  void report(const engine::action::Report& report, std::string_view node, Time now);
  // Something done by the world: "kill", "delivered", "submitted" ...
  void world(Time now, std::string_view what, std::string_view node, std::string_view detail = {});

  std::uint64_t hash() const { return hash_.value(); }
  std::uint64_t lines() const { return lines_; }

 private:
  void open(Time now);
  void member(std::string_view key, std::string_view value);
  void member(std::string_view key, std::uint64_t value);
  void close();

  std::ostream* file_;
  Time start_;
  std::string line_;
  Fnv1a hash_;
  std::uint64_t lines_ = 0;
};

}  // namespace longwire::sim
