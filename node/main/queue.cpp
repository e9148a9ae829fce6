// longwire queue
#include "node/main/ask.hpp"
#include "node/main/pretty.hpp"

#include <boost/json.hpp>

#include <cmath>
#include <iostream>

namespace longwire::commands {

namespace {

namespace json = boost::json;

std::string age_text(double seconds) {
  const auto s = static_cast<long long>(std::max(0.0, seconds));
  if (s < 120) return std::to_string(s) + "s";
  if (s < 7200) return std::to_string(s / 60) + "m";
  return std::to_string(s / 3600) + "h";
}

void print(const json::object& answer) {
  json::array rows;
  for (const auto& m : array_of(answer, "messages")) {
    auto row = m.as_object();
    const auto* age = row.if_contains("age");
    row["age_text"] = age_text(age != nullptr && age->is_number() ? age->to_number<double>() : 0);
    if (text_of(row, "held") == "true") row["precedence"] = text_of(row, "precedence") + " (held)";
    std::string states;
    if (const auto* r = row.if_contains("recipients"); r != nullptr && r->is_object())
      for (const auto& [state, count] : r->as_object())
        if (json::serialize(count) != "0")
          states += (states.empty() ? "" : ", ") + json::serialize(count) + " " + std::string(state);
    row["states"] = states;
    rows.push_back(std::move(row));
  }
  print_table(std::cout, rows,
              {{"tracking_id", "ID"},
               {"precedence", "PRECEDENCE"},
               {"label", "LABEL"},
               {"age_text", "AGE"},
               {"octets", "OCTETS"},
               {"lanes", "ON"},
               {"states", "RECIPIENTS"},
               {"reasons", "WHY IT WAITS"}},
              "the queue is empty");
  const auto total = text_of(answer, "total");
  if (total != std::to_string(rows.size())) std::cout << "(the first " << rows.size() << " of " << total << ")\n";
}

}  // namespace

int queue(const AskOptions& options) { return ask(options, {{"command", "queue"}}, print); }

}  // namespace longwire::commands
