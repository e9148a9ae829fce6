// Tracking, alerts and the audit trail.
#include "node/store/impl.hpp"

namespace longwire::store {

void Store::track(const TrackRow& row) {
  // Of a message already forgotten nobody could find the row, and nothing would ever delete it.
  impl_->db.write(
      "INSERT INTO tracking (message, time, recipient, event, detail) SELECT ?1, ?2, ?3, ?4, ?5 "
      "WHERE EXISTS (SELECT 1 FROM messages WHERE id = ?1)",
      row.message, row.time, row.recipient, row.event, row.detail);
}

std::vector<TrackRow> Store::tracking(std::uint64_t message) {
  std::vector<TrackRow> out;
  auto row =
      impl_->db.read("SELECT time, recipient, event, detail FROM tracking WHERE message = ?1 ORDER BY id", message);
  while (row.step()) out.push_back({message, row.string(1), row.time(0), row.string(2), row.string(3)});
  return out;
}

std::uint64_t Store::raise_alert(Time t, std::string_view name, std::string_view text) {
  auto& db = impl_->db;
  {
    auto open = db.read("SELECT id FROM alerts WHERE name = ?1 AND text = ?2 AND cleared = 0", name, text);
    if (open.step()) return open.as<std::uint64_t>(0);
  }
  db.write("INSERT INTO alerts (time, name, text, cleared) VALUES (?1, ?2, ?3, 0)", t, name, text);
  return static_cast<std::uint64_t>(db.last_insert_id());
}

void Store::clear_alert(std::uint64_t id) { impl_->db.write("UPDATE alerts SET cleared = 1 WHERE id = ?1", id); }

std::vector<AlertRow> Store::alerts(bool with_cleared) {
  std::vector<AlertRow> out;
  auto row = impl_->db.read("SELECT id, time, name, text, cleared FROM alerts WHERE cleared = 0 OR ?1 ORDER BY id",
                            with_cleared);
  while (row.step()) out.push_back({row.as<std::uint64_t>(0), row.time(1), row.string(2), row.string(3), row.flag(4)});
  return out;
}

bool Store::Impl::forget_alerts_before(Time t) {
  {
    auto any = db.read("SELECT 1 FROM alerts WHERE cleared = 1 AND time < ?1 LIMIT 1", t);
    if (!any.step()) return false;  // no transaction is opened for nothing
  }
  const int gone =
      db.write("DELETE FROM alerts WHERE id IN (SELECT id FROM alerts WHERE cleared = 1 AND time < ?1 LIMIT ?2)", t,
               forget_per_call);
  return static_cast<std::size_t>(gone) == forget_per_call;
}

void Store::audit(Time t, std::string_view who, std::string_view what) {
  impl_->db.write("INSERT INTO audit (time, who, what) VALUES (?1, ?2, ?3)", t, who, what);
}

}  // namespace longwire::store
