// longwire minimize LEVEL|off
#include "node/main/ask.hpp"

#include <boost/json.hpp>

#include <iostream>

namespace longwire::commands {

int minimize(const AskOptions& options, const std::string& level, const std::string& bearer) {
  boost::json::object request{{"command", "minimize"}, {"level", level}};
  if (!bearer.empty()) request["bearer"] = bearer;
  return ask(options, request, [](const boost::json::object& answer) {
    const auto* state = answer.if_contains("minimize");
    if (state == nullptr || !state->is_object()) return;
    for (const auto& [where, value] : state->as_object()) {
      const auto lowest = text_of(state->as_object(), where);
      std::cout << std::string_view(where) << ": "
                << (lowest == "off" ? "off" : "everything below " + lowest + " is held") << "\n";
    }
  });
}

}  // namespace longwire::commands
