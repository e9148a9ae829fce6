// longwire alerts
#include "node/main/ask.hpp"
#include "node/main/pretty.hpp"

#include <iostream>

namespace longwire::commands {

int alerts(const AskOptions& options, bool all, const std::string& acknowledge) {
  boost::json::object request{{"command", "alerts"}, {"all", all}};
  if (!acknowledge.empty()) request["ack"] = acknowledge;
  return ask(options, request, [](const boost::json::object& answer) {
    print_table(std::cout, array_of(answer, "alerts"),
                {{"id", "ALERT"}, {"time", "SINCE"}, {"name", "WHAT"}, {"text", "TEXT"}, {"cleared", "OVER"}},
                "no alerts");
  });
}

}  // namespace longwire::commands
