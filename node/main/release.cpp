// longwire release ID
#include "node/main/ask.hpp"

#include <iostream>

namespace longwire::commands {

int release(const AskOptions& options, const std::string& id) {
  return ask(options, {{"command", "release"}, {"id", id}},
             [&](const boost::json::object&) { std::cout << id << " may go on\n"; });
}

}  // namespace longwire::commands
