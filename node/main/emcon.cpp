// longwire emcon on|off|status
#include "node/main/ask.hpp"

#include <iostream>

namespace longwire::commands {

int emcon(const AskOptions& options, const EmconOptions& what) {
  boost::json::object request{{"command", "emcon"}, {"state", what.state}};
  if (!what.duration.empty()) request["for"] = what.duration;
  if (!what.peer.empty()) request["peer"] = what.peer;
  return ask(options, request, [](const boost::json::object& answer) {
    const auto peer = text_of(answer, "peer");
    const auto until = text_of(answer, "until");
    const bool silent = text_of(answer, "silent") == "true";
    std::cout << (peer.empty() ? "this node" : peer) << (silent ? " is silent" : " may transmit")
              << (until.empty() ? "" : " until " + until) << "\n";
  });
}

}  // namespace longwire::commands
