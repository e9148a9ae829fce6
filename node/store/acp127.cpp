#include "node/store/acp127.hpp"

#include "node/store/impl.hpp"

namespace longwire::store {

namespace {

DeskRow desk_of(const Query& row) {
  return {row.as<std::uint64_t>(0), row.string(1),           row.time(2), row.string(3), row.string(4),
          std::string(row.text(5)), row.as<std::uint64_t>(6)};
}

}  // namespace

std::uint64_t Store::desk_insert(const DeskRow& row) {
  impl_->db.write(
      "INSERT INTO acp127_desk (circuit, time, reason, detail, text, alert) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      row.circuit, row.time, row.reason, row.detail, row.text, row.alert);
  return static_cast<std::uint64_t>(impl_->db.last_insert_id());
}

void Store::desk_update(const DeskRow& row) {
  const int changed =
      impl_->db.write("UPDATE acp127_desk SET reason = ?2, detail = ?3, text = ?4, alert = ?5 WHERE id = ?1", row.id,
                      row.reason, row.detail, row.text, row.alert);
  if (changed == 0) impl_->db.fail_row("no desk entry " + std::to_string(row.id));
}

void Store::desk_remove(std::uint64_t id) { impl_->db.write("DELETE FROM acp127_desk WHERE id = ?1", id); }

std::optional<DeskRow> Store::desk_row(std::uint64_t id) {
  auto row = impl_->db.read("SELECT id, circuit, time, reason, detail, text, alert FROM acp127_desk WHERE id = ?1", id);
  if (!row.step()) return std::nullopt;
  return desk_of(row);
}

std::vector<DeskRow> Store::desk_rows() {
  std::vector<DeskRow> out;
  auto row = impl_->db.read("SELECT id, circuit, time, reason, detail, '', alert FROM acp127_desk ORDER BY id");
  while (row.step()) out.push_back(desk_of(row));
  return out;
}

std::size_t Store::desk_size() {
  auto row = impl_->db.read("SELECT count(*) FROM acp127_desk WHERE reason <> 'section'");
  row.step();
  return row.as<std::size_t>(0);
}

std::optional<CircuitSent> Store::circuit_sent(std::string_view circuit, std::uint64_t message,
                                               std::string_view recipients) {
  auto row =
      impl_->db.read("SELECT serial, filed FROM acp127_sent WHERE circuit = ?1 AND message = ?2 AND recipients = ?3",
                     circuit, message, recipients);
  if (!row.step()) return std::nullopt;
  return CircuitSent{row.string(0), row.time(1)};
}

void Store::circuit_sent(std::string_view circuit, std::uint64_t message, std::string_view recipients,
                         const CircuitSent& sent) {
  impl_->db.write("INSERT INTO acp127_sent VALUES (?1, ?2, ?3, ?4, ?5)", circuit, message, recipients, sent.serial,
                  sent.filed);
}

void Store::circuit_not_sent(std::string_view circuit, std::uint64_t message, std::string_view recipients) {
  impl_->db.write("DELETE FROM acp127_sent WHERE circuit = ?1 AND message = ?2 AND recipients = ?3", circuit, message,
                  recipients);
}

}  // namespace longwire::store
