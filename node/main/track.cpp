// longwire track ID
#include "node/main/ask.hpp"
#include "node/main/pretty.hpp"

#include <iostream>

namespace longwire::commands {

int track(const AskOptions& options, const std::string& id) {
  return ask(options, {{"command", "track"}, {"id", id}}, [](const boost::json::object& answer) {
    print_table(std::cout, array_of(answer, "events"),
                {{"time", "TIME"}, {"event", "EVENT"}, {"recipient", "RECIPIENT"}, {"detail", "DETAIL"}},
                "nothing is known");
  });
}

}  // namespace longwire::commands
