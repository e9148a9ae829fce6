#include "node/engine/reception.hpp"

#include "annexe/compressed_data.hpp"
#include "base/text.hpp"
#include "mail/message.hpp"
#include "node/engine/bearer_setup.hpp"
#include "node/engine/content_key.hpp"
#include "node/engine/same_message.hpp"

#include <algorithm>

namespace longwire::engine {

using store::RecipientState;

namespace {

// The same mail may come under another P_MUL id: its sender changed the bearer or tried again after a
// pause, or a relay passed on what came directly too. What names it are its own octets: envelope sender,
// recipient and the message from its oldest trace line on, which holds the queue id of its first node.
ByteView from_first_hop(ByteView message) {
  const mail::HeaderView header(message);
  std::size_t at = 0;
  for (const auto& field : header.fields())
    if (iequals(field.name, "Received")) at = field.offset;
  return message.subspan(at);
}

}  // namespace

void Reception::received(std::size_t bearer, const acp142::notice::Received& n, Time now) {
  if (core_.store.seen(n.key)) {
    core_.report(now, level::info, events::duplicate_suppressed,
                 {{"source", to_string(n.key.source)},
                  {"pmul_id", n.key.message_id},
                  {"bearer", core_.config.bearers[bearer].name}});
  } else {
    const Arrival arrival{bearer, n.key.source, n.key.message_id, "pmul", n.destinations, n.expiry, n.octets.size()};
    if (!take(arrival, n.octets, now)) return;
    core_.store.remember(n.key, std::max(n.expiry, now) + key_margin);
  }
  core_.store.reception_delivered(n.key);
  core_.bearers[bearer].entity.accept(n.key, now);
}

// Any content from any peer, whatever we send to it (stanag4406.md 5.3).
bool Reception::take(const Arrival& arrival, ByteView octets, Time now) {
  const auto compressed = annexe::decode_compressed_data(octets, limits::inflated_octets, core_.dictionaries.held());
  if (!compressed) {
    const auto& why = compressed.error();
    if (why.name == annexe::unknown_dictionary && dictionaries_.unreadable(arrival, octets, now)) return false;
    discard(core_, arrival, events::payload_discarded, why.name, now);
    return true;
  }
  if (const auto peer = core_.router.peer_of(arrival.source)) {
    learn_tags(*peer, compressed->tags);
    if (compressed->dictionary) core_.dictionaries.proven(*peer, *compressed->dictionary);
  }
  const auto& content = compressed->content;
  if (compressed->content_type == annexe::content_type_mule) mule(arrival, content, now);
  else if (compressed->content_type == annexe::content_type_p1) x400_.p1(arrival, content, now);
  else if (compressed->content_type == annexe::content_type_notice) dictionaries_.notice(arrival, content, now);
  else if (compressed->content_type_oid == x400::content_p772_oid) x400_.p772(arrival, content, now);
  else
    discard(core_, arrival, events::unsupported_content,
            compressed->content_type < 0 ? compressed->content_type_oid : std::to_string(compressed->content_type),
            now);
  return true;
}

void Reception::mule(const Arrival& arrival, ByteView payload, Time now) {
  auto mail = mail::decode_mule(payload);
  if (!mail) return discard(core_, arrival, events::payload_discarded, mail.error().name, now);
  std::vector<std::string> addresses;
  for (const auto& r : mail->envelope.recipients) addresses.push_back(r.address);
  std::vector<mail::Recipient> recipients;
  for (const auto i : ours(core_, addresses, arrival)) recipients.push_back(mail->envelope.recipients[i]);
  if (recipients.empty()) {
    core_.report(now, level::debug, events::not_for_us,
                 {{"source", to_string(arrival.source)}, {"pmul_id", arrival.id}});
    return;
  }
  drop_known(recipients, *mail, arrival, now);
  if (recipients.empty()) {
    core_.report(now, level::info, events::duplicate_suppressed,
                 {{"source", to_string(arrival.source)},
                  {"pmul_id", arrival.id},
                  {"bearer", core_.config.bearers[arrival.bearer].name},
                  {"by", "content"}});
    return;
  }
  store_mail(*std::move(mail), std::move(recipients), arrival, now);
}

void Reception::drop_known(std::vector<mail::Recipient>& recipients, const mail::MulePayload& mail,
                           const Arrival& arrival, Time now) {
  const auto anyone = ContentHash().add(mail.envelope.from).add(from_first_hop(mail.message));
  // What goes on is only compared with what the same node sent: a message that comes back round a loop
  // must not vanish here, its Received fields will end it with a report.
  const auto this_source = ContentHash().add(to_string(arrival.source)).add(mail.envelope.from).add(mail.message);
  const auto until = std::max(arrival.expiry, now + core_.config.default_expiry) + key_margin;
  const mail::HeaderView header(mail.message);
  const auto message_id = header.value("Message-ID").value_or("");
  const auto subject = header.value("Subject").value_or("");
  const Sighting sighting{CameAs::mail, arrival.source, mail.envelope.from, message_id, subject, {}};
  std::erase_if(recipients, [&](const mail::Recipient& r) {
    const bool local = core_.router.route(mail::domain_of(r.address)).kind == Route::Kind::local;
    const auto key = ContentHash(local ? anyone : this_source).add(r.address).key();
    if (core_.store.seen(key) || (local && seen_otherwise(core_.store, sighting, r.address))) return true;
    core_.store.remember(key, until);
    return false;
  });
}

void Reception::learn_tags(PeerIndex peer, annexe::TagStyle tags) {
  const auto& config = core_.config.peers[peer];
  auto& known = core_.peers[peer].tags;
  if (config.cdt_tags != "mirror" || known == tags) return;
  known = tags;
  core_.store.set_setting(tags_setting(config), tags == annexe::TagStyle::explicit_tags ? "explicit" : "implicit");
}

void Reception::store_mail(mail::MulePayload mail, std::vector<mail::Recipient> recipients, const Arrival& arrival,
                           Time now) {
  const auto peer = core_.router.peer_of(arrival.source);
  const auto source = to_string(arrival.source);
  const mail::HeaderView header(mail.message);
  const auto hops = header.count("Received");
  store::MessageRow row;
  row.tracking_id = intake_.new_tracking_id();
  row.accepted = now;
  row.expiry = now + core_.config.default_expiry;
  if (const auto& by = mail.envelope.by) {
    row.deliver_by = now + std::chrono::seconds{by->seconds};
    // The seconds stood still while the message was on the air; the P_MUL expiry did not.
    if (by->return_if_late) row.deliver_by = std::min(*row.deliver_by, arrival.expiry);
  }
  row.origin = arrival.origin();
  row.from_peer = arrival.source;
  row.message_id = header.value("Message-ID").value_or("");
  row.subject = header.value("Subject").value_or("");
  for (auto& r : recipients) row.rows.push_back(store::new_recipient(std::move(r)));
  const auto judged = judge_.mail(mail.message, arrival.source, mail.envelope.from, now);
  // One that was refused, a forgery perhaps, keeps nobody from the other form of the message.
  const Sighting sighting{CameAs::mail, arrival.source, mail.envelope.from, row.message_id, row.subject, {}};
  const auto until = std::max(arrival.expiry, now + core_.config.default_expiry) + key_margin;
  for (const auto& r : row.rows)
    if (!judged.refusal && core_.router.route(mail::domain_of(r.recipient.address)).kind == Route::Kind::local)
      remember_form(core_.store, sighting, r.recipient.address, until);
  judged.tell(row);
  mail.envelope.recipients.clear();
  mail::Received trace;
  trace.from_name = peer ? core_.config.peers[*peer].name : source;
  trace.by = core_.config.domain;
  trace.with = "MULE";
  trace.id = row.tracking_id;
  trace.mt_priority = mail.envelope.mt_priority.value_or(0);
  trace.date = format_rfc5322(now);
  row.envelope = std::move(mail.envelope);
  auto octets = to_bytes(mail::format_received(trace));
  octets.insert(octets.end(), mail.message.begin(), mail.message.end());

  auto& m = intake_.accept(std::move(row), octets, now);
  core_.report(now, level::info, events::message_received,
               {{"id", m.id},
                {"tracking_id", m.tracking_id},
                {"source", source},
                {"pmul_id", arrival.id},
                {"bearer", core_.config.bearers[arrival.bearer].name},
                {"precedence", to_string(m.level)},
                {"octets", m.octets},
                {"recipients", m.recipients.size()}});
  intake_.conclude(m, judged, now);
  if (hops >= limits::received_fields_radio) return refuse_loop(m, hops, "too many Received fields: mail loop", now);
  const bool back = std::any_of(m.recipients.begin(), m.recipients.end(), [&](const LiveRecipient& r) {
    return r.route.kind == Route::Kind::peer && core_.config.peers[r.route.peer].pmul_id == arrival.source;
  });
  if (back) refuse_loop(m, hops, "the next hop is the node it came from: mail loop", now);
}

void Reception::refuse_loop(LiveMessage& m, std::size_t hops, const std::string& text, Time now) {
  core_.report(now, level::warning, events::loop_detected,
               {{"id", m.id}, {"tracking_id", m.tracking_id}, {"received_fields", hops}});
  const Verdict v{RecipientState::failed, "failed", "5.4.6", text, mail::DsnAction::failed};
  // A local mailbox ends any loop: it gets its mail.
  for (std::uint32_t i = 0; i < m.recipients.size(); ++i)
    if (m.recipients[i].state == RecipientState::queued && m.recipients[i].route.kind != Route::Kind::local)
      outcomes_.settle(m, i, v, now);
  outcomes_.changed(m, now);
}

}  // namespace longwire::engine
