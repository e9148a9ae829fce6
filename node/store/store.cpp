#include "node/store/store.hpp"

#include "node/store/impl.hpp"
#include "node/store/schema.hpp"

namespace longwire::store {

namespace {
// An idle node folds the log back once it is worth two fsyncs: 64 pages = 256 kB.
constexpr int idle_checkpoint_pages = 64;
}  // namespace

Store::Store(const std::string& path) : impl_(std::make_unique<Impl>(path)) {
  open_schema(impl_->db, migrations());
  // Fragments of Data_PDUs whose Address_PDU never came are of no use to anybody after a restart.
  impl_->db.write(
      "DELETE FROM fragments WHERE NOT EXISTS (SELECT 1 FROM receptions r WHERE r.source = fragments.source "
      "AND r.message_id = fragments.message_id AND r.bearer = fragments.bearer)");
  impl_->db.commit();
}

Store::~Store() = default;

void Store::commit() {
  if (!impl_->db.in_transaction()) return;
  impl_->told_sync();
  impl_->db.commit();
  impl_->told_sync();
}

void Store::rollback() { impl_->db.rollback(); }
bool Store::dirty() const { return impl_->db.in_transaction(); }
std::optional<std::string> Store::idle() {
  try {
    impl_->db.checkpoint(idle_checkpoint_pages);
    return std::nullopt;
  } catch (const StoreError& e) {
    return e.what();
  }
}
void Store::on_sync(std::function<void(unsigned)> observer) { impl_->observer = std::move(observer); }

std::uint64_t Store::next_counter(std::string_view name) {
  impl_->db.write("INSERT INTO counters VALUES (?1, 1) ON CONFLICT DO UPDATE SET value = value + 1", name);
  auto row = impl_->db.read("SELECT value FROM counters WHERE name = ?1", name);
  row.step();
  return row.as<std::uint64_t>(0);
}

std::optional<std::string> Store::setting(std::string_view key) {
  auto row = impl_->db.read("SELECT value FROM settings WHERE key = ?1", key);
  if (!row.step()) return std::nullopt;
  return row.string(0);
}

void Store::set_setting(std::string_view key, std::string_view value) {
  impl_->db.write("INSERT INTO settings VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value", key, value);
}

}  // namespace longwire::store
