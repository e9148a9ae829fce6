// Messages, their recipients and bodies.
#include "node/store/impl.hpp"

namespace longwire::store {

namespace {

RecipientRow recipient_of(const Query& row) {
  RecipientRow out;
  out.state = parse_recipient_state(row.text(0));
  out.recipient.address = row.string(1);
  out.next_hop = row.string(2);
  out.status = row.string(3);
  out.text = row.string(4);
  out.attempts = row.as<unsigned>(5);
  out.next_attempt = row.time(6);
  out.delay_reported = row.flag(7);
  if (!row.is_null(8)) out.recipient.notify = parse_notify(row.text(8));
  out.recipient.orcpt = row.string(9);
  out.recipient.other = parse_words(row.text(10));
  out.x400_number = row.as<int>(11);
  return out;
}

MessageRow message_of(const Query& row, std::uint64_t id) {
  MessageRow out;
  out.id = id;
  out.tracking_id = row.string(0);
  out.accepted = row.time(1);
  out.expiry = row.time(2);
  if (!row.is_null(3)) out.deliver_by = row.time(3);
  out.held = row.flag(4);
  out.origin = row.string(5);
  out.from_peer = row.pmul_id(6);
  out.message_id = row.string(7);
  out.subject = row.string(8);
  out.octets = row.as<std::uint64_t>(9);
  auto& envelope = out.envelope;
  envelope.from = row.string(10);
  envelope.ret = parse_ret(row.text(11));
  envelope.envid = row.string(12);
  if (!row.is_null(13)) envelope.mt_priority = row.as<int>(13);
  envelope.body = parse_body(row.text(14));
  if (!row.is_null(15)) envelope.by = parse_by(row.integer(15), row.text(16));
  if (!row.is_null(17)) envelope.size = row.as<std::uint64_t>(17);
  envelope.auth = row.string(18);
  envelope.other = parse_words(row.text(19));
  out.form = parse_form(row.text(20));
  if (!row.is_null(21)) {
    auto label = decode_label(row.bytes(21));
    if (!label) throw std::invalid_argument("label: " + std::string(label.error().name));
    out.label = *std::move(label);
  }
  out.protection = row.string(22);
  out.verdict = parse_words(row.text(23));
  return out;
}

void insert_recipient(Database& db, std::uint64_t message, std::size_t position, const RecipientRow& row) {
  std::optional<std::string> notify;
  if (row.recipient.notify) notify = format_notify(*row.recipient.notify);
  db.write(
      "INSERT INTO recipients (message, position, state, final, address, next_hop, status, text, attempts, "
      "next_attempt, delay_reported, notify, orcpt, other, x400_number) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
      message, position, to_string(row.state), is_final(row.state), row.recipient.address, row.next_hop, row.status,
      row.text, row.attempts, row.next_attempt, row.delay_reported, notify, row.recipient.orcpt,
      format_words(row.recipient.other), row.x400_number);
}

}  // namespace

std::optional<MessageRow> Store::Impl::load_message(std::uint64_t id) {
  return reading("messages", [&]() -> std::optional<MessageRow> {
    auto row = db.read(
        "SELECT tracking_id, accepted, expiry, deliver_by, held, origin, from_peer, message_id, subject, "
        "octets, mail_from, ret, envid, mt_priority, body_type, by_seconds, by_mode, declared_size, "
        "auth, other, form, label, protection, verdict FROM messages WHERE id = ?1",
        id);
    if (!row.step()) return std::nullopt;
    auto out = message_of(row, id);
    auto recipient = db.read(
        "SELECT state, address, next_hop, status, text, attempts, next_attempt, delay_reported, "
        "notify, orcpt, other, x400_number FROM recipients WHERE message = ?1 ORDER BY position",
        id);
    while (recipient.step()) out.rows.push_back(recipient_of(recipient));
    return out;
  });
}

std::uint64_t Store::insert(const MessageRow& message, ByteView body) {
  const auto& envelope = message.envelope;
  std::optional<std::int64_t> by_seconds;
  if (envelope.by) by_seconds = envelope.by->seconds;
  const auto by_mode = envelope.by ? format_by_mode(*envelope.by) : std::string_view{};
  std::optional<Bytes> label;
  if (message.label) label = encode_label(*message.label);
  auto& db = impl_->db;
  db.write(
      "INSERT INTO messages (tracking_id, accepted, expiry, deliver_by, held, origin, from_peer, message_id, "
      "subject, octets, mail_from, ret, envid, mt_priority, body_type, by_seconds, by_mode, declared_size, auth, "
      "other, form, label, protection, verdict) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, "
      "?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)",
      message.tracking_id, message.accepted, message.expiry, message.deliver_by, message.held, message.origin,
      message.from_peer, message.message_id, message.subject, message.octets, envelope.from, format_ret(envelope.ret),
      envelope.envid, envelope.mt_priority, format_body(envelope.body), by_seconds, by_mode, envelope.size,
      envelope.auth, format_words(envelope.other), format_form(message.form), label, message.protection,
      format_words(message.verdict));
  const auto id = static_cast<std::uint64_t>(db.last_insert_id());
  db.write("INSERT INTO bodies VALUES (?1, ?2)", id, body);
  for (std::size_t i = 0; i < message.rows.size(); ++i) insert_recipient(db, id, i, message.rows[i]);
  return id;
}

std::vector<MessageRow> Store::live_messages() {
  std::vector<std::uint64_t> ids;
  auto row = impl_->db.read("SELECT DISTINCT message FROM recipients WHERE final = 0 ORDER BY message");
  while (row.step()) ids.push_back(row.as<std::uint64_t>(0));
  std::vector<MessageRow> out;
  out.reserve(ids.size());
  for (const auto id : ids)
    if (auto message = impl_->load_message(id)) out.push_back(std::move(*message));
  return out;
}

std::optional<MessageRow> Store::message(std::uint64_t id) { return impl_->load_message(id); }

std::optional<MessageRow> Store::find(std::string_view tracking_id) {
  auto row = impl_->db.read("SELECT id FROM messages WHERE tracking_id = ?1", tracking_id);
  if (!row.step()) return std::nullopt;
  return impl_->load_message(row.as<std::uint64_t>(0));
}

std::vector<MessageRow> Store::find_by_envelope(std::string_view envid, std::string_view message_id) {
  std::vector<std::uint64_t> ids;
  const auto collect = [&](Query& row) {
    while (row.step()) ids.push_back(row.as<std::uint64_t>(0));
  };
  // Two statements, because an index is only used for a term that is always there.
  if (!envid.empty()) {
    auto row = impl_->db.read(
        "SELECT id FROM messages WHERE envid = ?1 AND envid <> '' AND (?2 = '' OR message_id = ?2) "
        "ORDER BY id DESC LIMIT 100",
        envid, message_id);
    collect(row);
  } else if (!message_id.empty()) {
    auto row = impl_->db.read(
        "SELECT id FROM messages WHERE message_id = ?1 AND message_id <> '' "
        "ORDER BY id DESC LIMIT 100",
        message_id);
    collect(row);
  }
  std::vector<MessageRow> out;
  for (const auto id : ids)
    if (auto message = impl_->load_message(id)) out.push_back(std::move(*message));
  return out;
}

Bytes Store::body(std::uint64_t id) {
  auto row = impl_->db.read("SELECT octets FROM bodies WHERE message = ?1", id);
  return row.step() ? row.bytes(0) : Bytes{};
}

void Store::update_recipient(std::uint64_t id, std::uint32_t index, const RecipientRow& row) {
  // The parameters of RCPT (address, notify, orcpt, other) never change after insert().
  const int changed = impl_->db.write(
      "UPDATE recipients SET state = ?3, final = ?4, next_hop = ?5, status = ?6, text = ?7, attempts = ?8, "
      "next_attempt = ?9, delay_reported = ?10 WHERE message = ?1 AND position = ?2",
      id, index, to_string(row.state), is_final(row.state), row.next_hop, row.status, row.text, row.attempts,
      row.next_attempt, row.delay_reported);
  if (changed == 0) impl_->db.fail_row("no recipient " + std::to_string(index) + " of message " + std::to_string(id));
}

void Store::set_held(std::uint64_t id, bool held) {
  impl_->db.write("UPDATE messages SET held = ?2 WHERE id = ?1", id, held);
}

void Store::drop_body(std::uint64_t id) {
  impl_->db.write("DELETE FROM bodies WHERE message = ?1", id);
  impl_->db.write("DELETE FROM protected_bodies WHERE message = ?1", id);
}

void Store::keep_protected(std::uint64_t id, std::string_view profile, const ProtectedRow& row) {
  impl_->db.write(
      "INSERT OR REPLACE INTO protected_bodies (message, profile, recipients, content_type, octets) "
      "VALUES (?1, ?2, ?3, ?4, ?5)",
      id, profile, format_numbers(row.recipients), row.content_type, row.octets);
}

void Store::expect_receipt(std::uint64_t id, ByteView identifier, ByteView octets) {
  impl_->db.write("INSERT OR REPLACE INTO expected_receipts (identifier, message, octets) VALUES (?1, ?2, ?3)",
                  identifier, id, octets);
}

std::optional<Store::ExpectedReceipt> Store::expected_receipt(ByteView identifier) {
  auto row = impl_->db.read("SELECT message, octets FROM expected_receipts WHERE identifier = ?1", identifier);
  if (!row.step()) return std::nullopt;
  return ExpectedReceipt{row.as<std::uint64_t>(0), row.bytes(1)};
}

std::optional<ProtectedRow> Store::protected_for(std::uint64_t id, std::string_view profile) {
  return impl_->reading("protected_bodies", [&]() -> std::optional<ProtectedRow> {
    auto row = impl_->db.read(
        "SELECT recipients, content_type, octets FROM protected_bodies WHERE message = ?1 AND profile = ?2", id,
        profile);
    if (!row.step()) return std::nullopt;
    return ProtectedRow{parse_numbers(row.text(0)), row.string(1), row.bytes(2)};
  });
}

bool Store::forget_before(Time t) {
  auto& db = impl_->db;
  std::vector<std::uint64_t> ids;
  {
    auto row = db.read(
        "SELECT id FROM messages m WHERE accepted < ?1"
        " AND NOT EXISTS (SELECT 1 FROM recipients WHERE message = m.id AND final = 0)"
        " AND NOT EXISTS (SELECT 1 FROM transfers WHERE message = m.id)"
        " AND NOT EXISTS (SELECT 1 FROM tracking WHERE message = m.id AND time >= ?1)"
        " ORDER BY accepted LIMIT ?2",
        t, forget_per_call);
    while (row.step()) ids.push_back(row.as<std::uint64_t>(0));
  }
  for (const auto id : ids) {
    db.write("DELETE FROM tracking WHERE message = ?1", id);
    db.write("DELETE FROM messages WHERE id = ?1", id);  // recipients and body go with it
  }
  return impl_->forget_alerts_before(t) || ids.size() == forget_per_call;
}

}  // namespace longwire::store
