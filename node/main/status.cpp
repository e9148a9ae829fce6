// longwire status
#include "node/main/ask.hpp"
#include "node/main/pretty.hpp"

#include <boost/json.hpp>

#include <cmath>
#include <iostream>

namespace longwire::commands {

namespace {

namespace json = boost::json;

const json::object& object_of(const json::object& o, std::string_view key) {
  static const json::object none;
  const auto* value = o.if_contains(key);
  return value != nullptr && value->is_object() ? value->as_object() : none;
}

bool is_true(const json::object& o, std::string_view key) { return text_of(o, key) == "true"; }

std::string silence_text(const json::object& emcon) {
  if (!is_true(emcon, "silent")) return "off";
  const auto until = text_of(emcon, "until");
  return "SILENT" + (until.empty() ? std::string() : " until " + until) + ", " + text_of(emcon, "stopped") +
         " datagrams held back";
}

// Bearers and peers with the words a table needs.
json::array bearer_rows(const json::object& answer) {
  json::array rows;
  for (const auto& b : array_of(answer, "bearers")) {
    auto row = b.as_object();
    row["state"] = !is_true(row, "up") ? "DOWN" : is_true(row, "no_progress") ? "up, NO PROGRESS" : "up";
    row["minimize"] = text_of(object_of(answer, "minimize"), text_of(row, "name"));
    rows.push_back(std::move(row));
  }
  return rows;
}

// Bearers with an HF node behind them.
json::array hf_rows(const json::object& answer) {
  json::array rows;
  for (const auto& b : array_of(answer, "bearers")) {
    const auto& bearer = b.as_object();
    const auto* hf = bearer.if_contains("hf");
    if (hf == nullptr || !hf->is_object()) continue;
    auto row = hf->as_object();
    row["name"] = text_of(bearer, "name");
    const auto reason = text_of(row, "reason");
    if (!reason.empty()) row["state"] = text_of(row, "state") + ", " + reason;
    rows.push_back(std::move(row));
  }
  return rows;
}

// Bearers on which short messages go in one datagram each.
json::array dmp_rows(const json::object& answer) {
  json::array rows;
  for (const auto& b : array_of(answer, "bearers")) {
    const auto* dmp = b.as_object().if_contains("dmp");
    if (dmp == nullptr || !dmp->is_object()) continue;
    auto row = dmp->as_object();
    row["name"] = text_of(b.as_object(), "name");
    rows.push_back(std::move(row));
  }
  return rows;
}

double number_of(const json::object& o, std::string_view key) {
  const auto* value = o.if_contains(key);
  return value != nullptr && value->is_number() ? value->to_number<double>() : 0;
}

std::string percent(double share) { return std::to_string(std::lround(100 * share)) + " %"; }

// Bearers on which anything is or was coded.
json::array coded_rows(const json::object& answer) {
  json::array rows;
  for (const auto& b : array_of(answer, "bearers")) {
    const auto& bearer = b.as_object();
    auto row = object_of(object_of(bearer, "p_mul"), "coded");
    const auto coding = text_of(bearer, "coding");
    if (number_of(row, "transfers") == 0 && (coding.empty() || coding == "off")) continue;
    row["name"] = text_of(bearer, "name");
    row["coding"] = coding;
    row["rate"] = percent(number_of(row, "code_rate"));
    row["repair"] = percent(number_of(row, "repair_ratio"));
    rows.push_back(std::move(row));
  }
  return rows;
}

// A coded message on its way out, or in.
json::object outgoing_row(const json::object& transfer) {
  std::string wanted;
  for (const auto& peer : array_of(transfer, "peers"))
    if (is_true(peer.as_object(), "coded") && !is_true(peer.as_object(), "done"))
      wanted +=
          (wanted.empty() ? "" : ", ") + text_of(peer.as_object(), "name") + " " + text_of(peer.as_object(), "wanted");
  return {{"id", text_of(transfer, "pmul_id")},
          {"way", "out"},
          {"pdus", text_of(transfer, "total") + " + " + text_of(transfer, "parity_sent")},
          {"blocks", text_of(transfer, "blocks")},
          {"wanted", wanted}};
}

json::object incoming_row(const json::object& reception) {
  const auto pdus = text_of(reception, "received") + " + " + text_of(reception, "parity");
  return {{"id", text_of(reception, "pmul_id")},
          {"way", "from " + text_of(reception, "peer")},
          {"pdus", pdus + " of " + text_of(reception, "total")},
          {"blocks", text_of(reception, "blocks_decoded") + " of " + text_of(reception, "blocks") + " decoded"},
          {"wanted", text_of(reception, "wanted")},
          {"wrong", text_of(reception, "wrong_digests")}};
}

json::array coded_message_rows(const json::object& answer) {
  json::array rows;
  for (const auto& b : array_of(answer, "bearers"))
    for (const auto& [list, row_of] : {std::pair{"outgoing", &outgoing_row}, {"incoming", &incoming_row}})
      for (const auto& one : array_of(b.as_object(), list)) {
        if (!is_true(one.as_object(), "coded")) continue;
        rows.push_back(row_of(one.as_object()));
        rows.back().as_object()["bearer"] = text_of(b.as_object(), "name");
      }
  return rows;
}

json::array peer_rows(const json::object& answer) {
  json::array rows;
  for (const auto& p : array_of(answer, "peers")) {
    auto row = p.as_object();
    row["state"] = is_true(row, "emcon") ? "silent" : "";
    std::string coding;
    for (const auto& on : array_of(p.as_object(), "coding")) {
      const auto mode = text_of(on.as_object(), "mode");
      if (mode == "off") continue;
      coding += (coding.empty() ? "" : ", ") + text_of(on.as_object(), "bearer") + " " + mode;
      if (is_true(on.as_object(), "decodes")) coding += " (decodes)";
    }
    row["coded"] = coding;
    rows.push_back(std::move(row));
  }
  return rows;
}

void print(const json::object& answer) {
  const auto& node = object_of(answer, "node");
  const auto& totals = object_of(answer, "totals");
  json::object head{
      {"node", text_of(node, "name") + " (" + text_of(node, "domain") + ", " + text_of(node, "pmul_id") + ")"},
      {"time", text_of(node, "time")},
      {"emcon", silence_text(object_of(answer, "emcon"))},
      {"minimize", text_of(object_of(answer, "minimize"), "node")},
      {"messages", text_of(totals, "messages") + " live, " + text_of(totals, "local_queue") + " for here, " +
                       text_of(totals, "waiting") + " without a way"},
      {"alerts", text_of(totals, "alerts")}};
  print_members(std::cout, head,
                {{"node", "node"},
                 {"time", "time"},
                 {"emcon", "emcon"},
                 {"minimize", "minimize"},
                 {"messages", "messages"},
                 {"alerts", "alerts"}});
  std::cout << "\n";
  print_table(std::cout, bearer_rows(answer),
              {{"name", "BEARER"},
               {"state", "STATE"},
               {"rate_bps", "BIT/S"},
               {"queued_total", "QUEUED"},
               {"sending", "SENDING"},
               {"receptions", "RECEIVING"},
               {"octets_out", "OCTETS OUT"},
               {"octets_in", "OCTETS IN"},
               {"minimize", "MINIMIZE"}},
              "no bearers");
  std::cout << "\n";
  if (const auto rows = hf_rows(answer); !rows.empty()) {
    print_table(std::cout, rows,
                {{"name", "HF BEARER"},
                 {"state", "STATE"},
                 {"modem", "MODEM"},
                 {"rate_bps", "BIT/S"},
                 {"window", "WINDOW"},
                 {"retransmissions", "RETRANSMITTED"},
                 {"overs", "OVERS"},
                 {"snr_db", "SNR dB"},
                 {"outstanding", "HANDED OVER"},
                 {"links", "LINKS"}},
                "");
    std::cout << "\n";
  }
  if (const auto rows = dmp_rows(answer); !rows.empty()) {
    print_table(std::cout, rows,
                {{"name", "DMP ON"},
                 {"waiting", "WAITING"},
                 {"sent", "SENT"},
                 {"acknowledged", "ACKNOWLEDGED"},
                 {"failed", "FAILED"},
                 {"received", "RECEIVED"},
                 {"fallbacks", "BY P_MUL INSTEAD"}},
                "");
    std::cout << "\n";
  }
  if (const auto rows = coded_rows(answer); !rows.empty()) {
    print_table(std::cout, rows,
                {{"name", "CODED ON"},
                 {"coding", "CODING"},
                 {"transfers", "TRANSFERS"},
                 {"sources", "SOURCES"},
                 {"parity", "PARITY"},
                 {"rate", "CODE RATE"},
                 {"repair", "REPAIR"}},
                "");
    std::cout << "\n";
  }
  if (const auto rows = coded_message_rows(answer); !rows.empty()) {
    print_table(std::cout, rows,
                {{"id", "CODED MESSAGE"},
                 {"bearer", "ON"},
                 {"way", "WAY"},
                 {"pdus", "PDUS + PARITY"},
                 {"blocks", "BLOCKS"},
                 {"wanted", "WANTED"},
                 {"wrong", "WRONG DIGESTS"}},
                "");
    std::cout << "\n";
  }
  print_table(std::cout, peer_rows(answer),
              {{"name", "PEER"},
               {"pmul_id", "NODE ID"},
               {"state", "STATE"},
               {"unreachable", "UNREACHABLE ON"},
               {"coded", "CODING"}},
              "no peers");
}

}  // namespace

int status(const AskOptions& options) { return ask(options, {{"command", "status"}}, print); }

}  // namespace longwire::commands
