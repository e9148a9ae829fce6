// longwire hold ID
#include "node/main/ask.hpp"

#include <iostream>

namespace longwire::commands {

int hold(const AskOptions& options, const std::string& id) {
  return ask(options, {{"command", "hold"}, {"id", id}},
             [&](const boost::json::object&) { std::cout << id << " is held\n"; });
}

}  // namespace longwire::commands
