// longwire show ID
#include "node/main/ask.hpp"
#include "node/main/pretty.hpp"

#include <boost/json.hpp>

#include <iostream>

namespace longwire::commands {

namespace {

namespace json = boost::json;

void print_transfers(const json::object& message) {
  json::array rows;
  for (const auto& t : array_of(message, "transfers"))
    for (const auto& peer : array_of(t.as_object(), "peers")) {
      auto row = peer.as_object();
      const auto& transfer = t.as_object();
      for (const auto* key : {"pmul_id", "bearer", "round", "pending"}) row[key] = text_of(transfer, key);
      row["progress"] = text_of(row, "acked") + " of " + text_of(transfer, "total");
      row["state"] = text_of(row, "done") == "true" ? "complete" : text_of(row, "emcon") == "true" ? "silent" : "";
      if (text_of(transfer, "coded") == "true")
        row["code"] = text_of(transfer, "total") + " + " + text_of(transfer, "parity_sent") +
                      (text_of(row, "coded") != "true"  ? ", plain here"
                       : text_of(row, "done") == "true" ? ""
                                                        : ", wants " + text_of(row, "wanted"));
      rows.push_back(std::move(row));
    }
  if (rows.empty()) return;
  std::cout << "\n";
  print_table(std::cout, rows,
              {{"pmul_id", "TRANSFER"},
               {"bearer", "ON"},
               {"name", "TO"},
               {"progress", "PDUS"},
               {"round", "ROUND"},
               {"pending", "TO SEND"},
               {"state", "STATE"},
               {"code", "CODED"}},
              "");
}

void print(const json::object& answer) {
  const auto* found = answer.if_contains("message");
  if (found == nullptr || !found->is_object()) return;
  const auto& message = found->as_object();
  print_members(std::cout, message,
                {{"tracking_id", "id"},
                 {"subject", "subject"},
                 {"from", "from"},
                 {"precedence", "precedence"},
                 {"label", "label"},
                 {"protection", "protection"},
                 {"accepted", "accepted"},
                 {"expiry", "expires"},
                 {"deliver_by", "deliver by"},
                 {"octets", "octets"},
                 {"origin", "origin"},
                 {"message_id", "message-id"},
                 {"envid", "envid"},
                 {"held", "held"}});
  std::cout << "\n";
  print_table(std::cout, array_of(message, "recipients"),
              {{"address", "RECIPIENT"},
               {"state", "STATE"},
               {"next_hop", "BY"},
               {"status", "STATUS"},
               {"attempts", "TRIES"},
               {"next_attempt", "NEXT TRY"},
               {"reason", "WHY IT WAITS"},
               {"text", "TEXT"}},
              "no recipients");
  print_transfers(message);
}

}  // namespace

int show(const AskOptions& options, const std::string& id) {
  return ask(options, {{"command", "show"}, {"id", id}}, print);
}

}  // namespace longwire::commands
