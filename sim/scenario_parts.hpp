// The parts of the scenario reader; each reads one kind of table. Internal.
#pragma once

#include "sim/scenario.hpp"
#include "sim/section.hpp"

namespace longwire::sim {

struct ReaderContext {
  std::string file;
  std::string directory;  // empty: no other file may be read
  config::Problems& problems;
  std::vector<std::string> links;  // names
  std::vector<std::string> nodes;
};

std::vector<LinkConfig> read_links(const toml::table& root, Section& top, ReaderContext& context);
// Completes and reads every [[node]]: what a table leaves out follows from the links.
std::vector<NodePlan> read_nodes(toml::table& root, Section& top, const std::vector<LinkConfig>& links,
                                 ReaderContext& context);
std::vector<MessagePlan> read_messages(Section& top, const Scenario& scenario, ReaderContext& context);
std::vector<EventPlan> read_events(Section& top, const Scenario& scenario, ReaderContext& context);
Expectations read_expectations(Section& top, const Scenario& scenario, ReaderContext& context);

}  // namespace longwire::sim
