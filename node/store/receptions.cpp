// P_MUL receptions, their fragments, and the duplicate table over all bearers.
//
// A key (Source_ID, Message_ID) names one message whatever bearer it comes by. Where a call names no
// bearer, it means the message on all of them.
#include "node/store/impl.hpp"

namespace longwire::store {

void Store::reception_opened(std::string_view bearer, const acp142::notice::ReceptionOpened& n) {
  // A repeated Address_PDU may name more destinations; what was received and owed stays.
  impl_->db.write(
      "INSERT INTO receptions (source, message_id, bearer, expiry, priority, total, sequence_number, destinations, "
      "delivered, ack_owed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0) ON CONFLICT DO UPDATE SET "
      "expiry = excluded.expiry, priority = excluded.priority, total = excluded.total, "
      "sequence_number = excluded.sequence_number, destinations = excluded.destinations",
      n.key.source, n.key.message_id, bearer, n.expiry, n.priority, n.total, n.message_sequence_number,
      format_ids(n.destinations));
}

void Store::fragment_received(std::string_view bearer, const acp142::ReceptionKey& key, std::uint16_t sequence,
                              ByteView octets) {
  impl_->db.write(
      "INSERT INTO fragments (source, message_id, bearer, sequence, octets) VALUES (?1, ?2, ?3, ?4, ?5) "
      "ON CONFLICT DO NOTHING",
      key.source, key.message_id, bearer, sequence, octets);
}

void Store::reception_delivered(const acp142::ReceptionKey& key) {
  impl_->db.write("DELETE FROM fragments WHERE source = ?1 AND message_id = ?2", key.source, key.message_id);
  impl_->db.write("UPDATE receptions SET delivered = 1 WHERE source = ?1 AND message_id = ?2", key.source,
                  key.message_id);
}

void Store::reception_ack_owed(const acp142::ReceptionKey& key, bool owed) {
  impl_->db.write("UPDATE receptions SET ack_owed = ?3 WHERE source = ?1 AND message_id = ?2", key.source,
                  key.message_id, owed);
}

void Store::reception_closed(const acp142::ReceptionKey& key) {
  impl_->db.write("DELETE FROM fragments WHERE source = ?1 AND message_id = ?2", key.source, key.message_id);
  impl_->db.write("DELETE FROM receptions WHERE source = ?1 AND message_id = ?2", key.source, key.message_id);
}

std::vector<acp142::ReceptionState> Store::receptions(std::string_view bearer) {
  return impl_->reading("receptions", [&] {
    std::vector<acp142::ReceptionState> out;
    auto row = impl_->db.read(
        "SELECT source, message_id, expiry, priority, total, sequence_number, destinations, "
        "delivered, ack_owed FROM receptions WHERE bearer = ?1 ORDER BY source, message_id",
        bearer);
    while (row.step()) {
      auto& state = out.emplace_back();
      state.key = {row.pmul_id(0), row.as<std::uint32_t>(1)};
      state.expiry = row.time(2);
      state.priority = row.as<std::uint8_t>(3);
      state.total = row.as<std::uint16_t>(4);
      state.message_sequence_number = row.as<std::uint32_t>(5);
      state.destinations = parse_ids(row.text(6));
      state.delivered = row.flag(7);
      state.ack_owed = row.flag(8);
      auto part = impl_->db.read(
          "SELECT sequence, octets FROM fragments WHERE source = ?1 AND message_id = ?2 "
          "AND bearer = ?3 ORDER BY sequence",
          state.key.source, state.key.message_id, bearer);
      while (part.step()) state.fragments.push_back({part.as<std::uint16_t>(0), part.bytes(1)});
    }
    return out;
  });
}

bool Store::seen(const acp142::ReceptionKey& key) {
  return impl_->db.read("SELECT 1 FROM seen WHERE source = ?1 AND message_id = ?2", key.source, key.message_id).step();
}

void Store::remember(const acp142::ReceptionKey& key, Time until) {
  impl_->db.write("INSERT INTO seen VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET until = max(until, excluded.until)",
                  key.source, key.message_id, until);
}

bool Store::forget_seen_before(Time now) {
  {
    auto any = impl_->db.read("SELECT 1 FROM seen WHERE until < ?1 LIMIT 1", now);
    if (!any.step()) return false;  // no transaction is opened for nothing
  }
  const int gone = impl_->db.write(
      "DELETE FROM seen WHERE (source, message_id) IN (SELECT source, message_id FROM seen WHERE until < ?1 "
      "ORDER BY until LIMIT ?2)",
      now, forget_per_call);
  return static_cast<std::size_t>(gone) == forget_per_call;
}

}  // namespace longwire::store
