// DMP identifiers given out: a message keeps its identifier towards a peer until it is forgotten.
#include "node/store/impl.hpp"

namespace longwire::store {

void Store::dmp_sent(std::string_view peer, std::uint16_t id, std::uint64_t message,
                     const std::vector<std::uint32_t>& recipients) {
  impl_->db.write("INSERT OR REPLACE INTO dmp_sent (peer, id, message, recipients) VALUES (?1, ?2, ?3, ?4)", peer, id,
                  message, format_numbers(recipients));
}

// With other recipients it is another message to the far node, which would take the same identifier for a repeat.
std::optional<std::uint16_t> Store::dmp_id(std::string_view peer, std::uint64_t message,
                                           const std::vector<std::uint32_t>& recipients) {
  auto row =
      impl_->db.read("SELECT id FROM dmp_sent WHERE message = ?1 AND peer = ?2 AND recipients = ?3 ORDER BY id LIMIT 1",
                     message, peer, format_numbers(recipients));
  if (!row.step()) return std::nullopt;
  return row.as<std::uint16_t>(0);
}

std::optional<std::uint64_t> Store::dmp_message(std::string_view peer, std::uint16_t id) {
  auto row = impl_->db.read("SELECT message FROM dmp_sent WHERE peer = ?1 AND id = ?2", peer, id);
  if (!row.step()) return std::nullopt;
  return row.as<std::uint64_t>(0);
}

}  // namespace longwire::store
