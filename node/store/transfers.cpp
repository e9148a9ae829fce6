// Outgoing P_MUL transfers and how far each destination has got.
#include "node/store/impl.hpp"

#include <algorithm>
#include <stdexcept>

namespace longwire::store {

namespace {

void insert_destination(Database& db, const TransferRow& transfer, std::size_t position) {
  const auto& destination = transfer.outgoing.destinations[position];
  acp142::SendingState::PerDestination state;
  for (const auto& known : transfer.state.destinations)
    if (known.id == destination.id) state = known;
  std::optional<std::string> recipients;
  for (const auto& carried : transfer.carried)
    if (carried.destination == destination.id) recipients = format_numbers(carried.recipients);
  db.write(
      "INSERT INTO transfer_destinations (pmul_message_id, position, destination, sequence_number, done, failed, "
      "heard, acked, recipients) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
      transfer.pmul_message_id, position, destination.id, destination.message_sequence_number, state.done, state.failed,
      state.heard, format_runs(state.acked), recipients);
}

void check_consistent(const TransferRow& transfer) {
  const auto is_destination = [&](PmulId id) {
    return std::ranges::find(transfer.outgoing.destinations, id, &acp142::Destination::id) !=
           transfer.outgoing.destinations.end();
  };
  if (transfer.outgoing.message_id != transfer.pmul_message_id)
    throw std::logic_error("transfer row with two P_MUL message ids");
  for (const auto& carried : transfer.carried)
    if (!is_destination(carried.destination)) throw std::logic_error("transfer carries for a node it does not address");
  for (const auto& state : transfer.state.destinations)
    if (!is_destination(state.id)) throw std::logic_error("transfer has state of a node it does not address");
}

void load_destinations(Database& db, TransferRow& out) {
  auto row = db.read(
      "SELECT destination, sequence_number, done, failed, heard, acked, recipients "
      "FROM transfer_destinations WHERE pmul_message_id = ?1 ORDER BY position",
      out.pmul_message_id);
  while (row.step()) {
    const auto id = row.pmul_id(0);
    out.outgoing.destinations.push_back({id, row.as<std::uint32_t>(1)});
    out.state.destinations.push_back(
        {.id = id, .done = row.flag(2), .failed = row.flag(3), .heard = row.flag(4), .acked = parse_runs(row.text(5))});
    if (!row.is_null(6)) out.carried.push_back({id, parse_numbers(row.text(6))});
  }
}

}  // namespace

void Store::insert(const TransferRow& transfer) {
  check_consistent(transfer);
  auto& db = impl_->db;
  const auto& outgoing = transfer.outgoing;
  db.write(
      "INSERT INTO transfers (pmul_message_id, bearer, message, priority, expiry, group_address, fragment_octets, "
      "started, emcon_repeats) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
      transfer.pmul_message_id, transfer.bearer, transfer.message, outgoing.priority, outgoing.expiry, outgoing.group,
      transfer.state.fragment_octets, transfer.state.started, transfer.state.emcon_repeats);
  db.write("INSERT INTO transfer_octets VALUES (?1, ?2)", transfer.pmul_message_id, outgoing.octets);
  for (std::size_t i = 0; i < outgoing.destinations.size(); ++i) insert_destination(db, transfer, i);
}

std::vector<TransferRow> Store::transfers() {
  return impl_->reading("transfer_destinations", [&] {
    std::vector<TransferRow> out;
    auto row = impl_->db.read(
        "SELECT pmul_message_id, bearer, message, priority, expiry, group_address, fragment_octets, started, "
        "emcon_repeats, octets FROM transfers JOIN transfer_octets USING (pmul_message_id) ORDER BY pmul_message_id");
    while (row.step()) {
      auto& transfer = out.emplace_back();
      transfer.pmul_message_id = row.as<std::uint32_t>(0);
      transfer.bearer = row.string(1);
      transfer.message = row.as<std::uint64_t>(2);
      transfer.outgoing.message_id = transfer.pmul_message_id;
      transfer.outgoing.priority = row.as<std::uint8_t>(3);
      transfer.outgoing.expiry = row.time(4);
      if (!row.is_null(5)) transfer.outgoing.group = Ipv4{row.as<std::uint32_t>(5)};
      transfer.state.fragment_octets = row.as<std::size_t>(6);
      transfer.state.started = row.flag(7);
      transfer.state.emcon_repeats = row.as<unsigned>(8);
      transfer.outgoing.octets = row.bytes(9);
      load_destinations(impl_->db, transfer);
    }
    return out;
  });
}

void Store::transfer_started(std::uint32_t pmul_message_id, std::size_t fragment_octets) {
  impl_->db.write("UPDATE transfers SET started = 1, fragment_octets = ?2 WHERE pmul_message_id = ?1", pmul_message_id,
                  fragment_octets);
}

void Store::transfer_emcon_repeats(std::uint32_t pmul_message_id, unsigned count) {
  impl_->db.write("UPDATE transfers SET emcon_repeats = ?2 WHERE pmul_message_id = ?1", pmul_message_id, count);
}

void Store::transfer_progress(std::uint32_t pmul_message_id, PmulId destination, const acp142::Runs& acked) {
  impl_->db.write(
      "UPDATE transfer_destinations SET heard = 1, acked = ?3 WHERE pmul_message_id = ?1 AND destination = ?2",
      pmul_message_id, destination, format_runs(acked));
}

void Store::transfer_destination_closed(std::uint32_t pmul_message_id, PmulId destination, bool done) {
  impl_->db.write(
      "UPDATE transfer_destinations SET done = ?3, failed = NOT ?3, heard = heard OR ?3 "
      "WHERE pmul_message_id = ?1 AND destination = ?2",
      pmul_message_id, destination, done);
}

void Store::remove_transfer(std::uint32_t pmul_message_id) {
  impl_->db.write("DELETE FROM transfers WHERE pmul_message_id = ?1", pmul_message_id);
}

}  // namespace longwire::store
