// longwire acp127 list|show|release|drop
#include "node/main/ask.hpp"
#include "node/main/exit_code.hpp"
#include "node/main/pretty.hpp"

#include <boost/json.hpp>

#include <fstream>
#include <iostream>
#include <iterator>

namespace longwire::commands {

namespace json = boost::json;

namespace {

void print_list(const json::object& answer) {
  print_table(std::cout, array_of(answer, "circuits"),
              {{"name", "CIRCUIT"},
               {"kind", "KIND"},
               {"code", "CODE"},
               {"up", "UP"},
               {"sent", "SENT"},
               {"failed", "FAILED"},
               {"sending", "SENDING"}},
              "no circuits");
  std::cout << "\n";
  print_table(std::cout, array_of(answer, "messages"),
              {{"id", "ID"}, {"circuit", "CIRCUIT"}, {"time", "SINCE"}, {"reason", "WHY"}, {"text", "TEXT"}},
              "no message waits for an operator");
}

void print_message(const json::object& answer) {
  const auto& m = answer.at("message").as_object();
  std::cout << "Message " << m.at("id") << " from circuit " << text_of(m, "circuit") << ", " << text_of(m, "time")
            << "\nWhy: " << text_of(m, "reason") << ": " << text_of(m, "text") << "\n\n";
  for (const char c : text_of(m, "received"))
    if (c != '\r') std::cout << c;
  std::cout << "\n";
}

}  // namespace

int acp127(const AskOptions& options, const Acp127Options& what) {
  json::object request{{"command", "acp127"}, {"action", what.action}};
  if (what.action == "list") return ask(options, request, print_list);
  request["id"] = what.id;
  if (what.action == "show") return ask(options, request, print_message);
  if (what.action == "release" && !what.file.empty()) {
    std::ifstream file(what.file, std::ios::binary);
    if (!file) {
      std::cerr << "longwire: cannot read " << what.file << "\n";
      return exit_usage;
    }
    request["received"] = std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  }
  if (!what.to.empty()) request["to"] = json::array(what.to.begin(), what.to.end());
  return ask(options, request, [&what](const json::object& answer) {
    if (what.action == "drop") std::cout << "Message " << what.id << " is dropped.\n";
    else std::cout << "Message " << what.id << " is released as " << text_of(answer, "tracking_id") << ".\n";
  });
}

}  // namespace longwire::commands
