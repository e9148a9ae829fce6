// longwire cancel ID
#include "node/main/ask.hpp"

#include <iostream>

namespace longwire::commands {

int cancel(const AskOptions& options, const std::string& id) {
  return ask(options, {{"command", "cancel"}, {"id", id}},
             [&](const boost::json::object&) { std::cout << id << " is cancelled\n"; });
}

}  // namespace longwire::commands
