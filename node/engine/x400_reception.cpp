#include "node/engine/x400_reception.hpp"

#include "annexe/gateway/envelopes.hpp"
#include "base/ber_reader.hpp"
#include "base/text.hpp"
#include "mail/message.hpp"
#include "node/engine/content_key.hpp"
#include "node/engine/same_message.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace longwire::engine {

namespace {

// X.411 reason and diagnostic codes (stanag4406.md 3.2).
constexpr int unable_to_transfer = 1;
constexpr int unrecognised_or_name = 0, loop_detected = 3, content_syntax_error = 12,
              unsupported_critical_function = 18;

constexpr unsigned most_hops = 7;  // DMP counts them in three bits (stanag4406.md 4.1)

// Extensions whose demands on a relay this node meets: it does not reassign, redirect, expand lists or convert what
// it relays, it keeps to the latest delivery time, and it passes all of them on as they are.
constexpr std::array known_extensions{1,  2,  3,  4,  5,  13, 15, 16, 17, 18, 19, 20, 22,
                                      23, 25, 26, 29, 30, 31, 33, 37, 38, 39, 41, 42};

const x400::ExtensionField* unknown_critical(const std::vector<x400::ExtensionField>& extensions) {
  for (const auto& e : extensions) {
    if ((e.criticality & x400::critical_for_transfer) == 0) continue;
    const bool known = e.standard >= 0 ? std::find(known_extensions.begin(), known_extensions.end(), e.standard) !=
                                             known_extensions.end()
                                       : e.private_oid == x400::ext_priority_level_qualifier;
    if (!known) return &e;
  }
  return nullptr;
}

std::string name_of(const x400::ExtensionField& e) {
  return e.standard >= 0 ? "extension " + std::to_string(e.standard) : "extension " + e.private_oid;
}

std::optional<Time> latest_delivery(const x400::MessageEnvelope& envelope) {
  for (const auto& e : envelope.extensions) {
    if (e.standard != x400::ext_latest_delivery_time || e.value.empty()) continue;
    const auto doc = ber::Document::read(e.value);
    if (!doc) return std::nullopt;
    const auto time = ber::utc_time(*doc, 0);
    if (time) return *time;
  }
  return std::nullopt;
}

std::vector<int> responsible_numbers(const x400::MessageEnvelope& envelope) {
  std::vector<int> out;
  for (const auto& r : envelope.recipients)
    if (r.responsibility) out.push_back(r.number);
  return out;
}

// As for messages: what ends here is known by what it says, whoever brings it.
acp142::ReceptionKey report_key(x400::Report r, PmulId source) {
  r.trace.clear();
  return ContentHash().add("report").add(x400::encode_p1(r)).add(to_string(source)).key();
}

}  // namespace

struct X400Reception::Share {
  std::size_t index = 0;  // in envelope.recipients
  std::string address;
  Route route;

  Fate fate() const { return route.kind == Route::Kind::local ? Fate::local : Fate::passed_on; }
};

struct X400Reception::Taken {
  Taken(const Arrival& from, const x400::Message& m)
      : arrival(from),
        message(m),
        identity(ContentHash().add("mts").add(to_string(m.envelope.id)).add(x400::to_text(m.envelope.originator))) {
    identity.add(m.envelope.content_type.oid).add(m.content);
  }

  const Arrival& arrival;
  const x400::Message& message;
  ContentHash identity;  // read once, however many recipients there are
};

// Positions in the envelope; those of other destinations of the same transmission stand nowhere here.
struct X400Reception::Affairs {
  std::vector<Share> reachable;
  std::vector<std::size_t> unknown, back;  // nobody knows them; the next hop is the node it came from

  std::vector<std::size_t> positions() const {
    auto out = unknown;
    out.insert(out.end(), back.begin(), back.end());
    for (const auto& share : reachable) out.push_back(share.index);
    return out;
  }
};

void X400Reception::p1(const Arrival& arrival, ByteView octets, Time now) {
  auto decoded = x400::decode_p1(octets);
  if (!decoded) return discard(core_, arrival, events::payload_discarded, decoded.error().name, now);
  apdu(arrival, *decoded, octets, now);
}

void X400Reception::apdu(const Arrival& arrival, const x400::MtsApdu& decoded, ByteView octets, Time now) {
  if (const auto* m = std::get_if<x400::Message>(&decoded)) return message(arrival, *m, octets, now);
  if (const auto* r = std::get_if<x400::Report>(&decoded)) return report(arrival, *r, octets, now);
  if (const auto* p = std::get_if<x400::Probe>(&decoded)) return probe(arrival, *p, now);
}

void X400Reception::p772(const Arrival& arrival, ByteView content, Time now) {
  const auto decoded = x400::decode_p772(content);
  if (!decoded) return discard(core_, arrival, events::payload_discarded, decoded.error().name, now);
  x400::Message m;
  m.content.assign(content.begin(), content.end());
  auto& e = m.envelope;
  e.content_type.oid = x400::content_p772_oid;
  // Nothing names the message but what it says: the same content twice is the same message.
  const auto key = ContentHash().add(to_string(arrival.source)).add(content).key();
  e.id = {core_.gateway.domain, "TMI4-" + to_string(key.source) + "-" + std::to_string(key.message_id)};
  const auto add = [&](const std::optional<x400::OrName>& name) {
    if (!name || name->empty()) return;
    x400::Recipient r;
    r.name = *name;
    r.number = static_cast<int>(e.recipients.size()) + 1;
    r.mta_report = r.report = x400::ReportRequest::none;  // nobody asked, and no report could come back
    // Its user agent sent the content to everybody the heading names: what others are to have they get from there.
    const auto address = address_of(core_, r.name);
    r.responsibility = core_.router.route(mail::domain_of(address)).kind == Route::Kind::local;
    e.recipients.push_back(std::move(r));
  };
  if (const auto* ipm = std::get_if<x400::Ipm>(&*decoded)) {
    const auto& h = ipm->heading;
    if (h.originator && h.originator->formal) e.originator = *h.originator->formal;
    else if (h.this_id.user) e.originator = *h.this_id.user;
    for (const auto* list : {&h.primary, &h.copy, &h.blind_copy})
      for (const auto& r : *list) add(r.recipient.formal);
    const auto level = h.mmhs.primary_precedence ? h.mmhs.primary_precedence : h.mmhs.copy_precedence;
    if (level) x400::set_precedence(e, from_mmhs(*level));
  } else if (const auto* ipn = std::get_if<x400::Ipn>(&*decoded)) {
    if (ipn->originator && ipn->originator->formal) e.originator = *ipn->originator->formal;
    add(ipn->subject.user);
  }
  if (responsible_numbers(e).empty()) return discard(core_, arrival, events::payload_discarded, "no_recipient", now);
  const auto octets = x400::encode_p1(m);
  message(arrival, m, octets, now);
}

// Which recipients with the responsibility bit (E-12) are this node's affair, and what becomes of them.
X400Reception::Affairs X400Reception::affairs(const Arrival& arrival, const x400::MessageEnvelope& envelope) const {
  std::vector<Share> all;
  std::vector<std::string> addresses;
  for (std::size_t i = 0; i < envelope.recipients.size(); ++i) {
    const auto& r = envelope.recipients[i];
    if (!r.responsibility) continue;
    addresses.push_back(address_of(core_, r.name));
    all.push_back({i, addresses.back(), core_.router.route(mail::domain_of(addresses.back()))});
  }
  const auto mine = ours(core_, addresses, arrival);
  const std::set<std::size_t> chosen(mine.begin(), mine.end());
  const bool alone = arrival.destinations.size() <= 1;
  Affairs out;
  for (std::size_t k = 0; k < all.size(); ++k) {
    auto& share = all[k];
    const bool is_back =
        share.route.kind == Route::Kind::peer && core_.config.peers[share.route.peer].pmul_id == arrival.source;
    const bool reachable =
        chosen.contains(k) && !is_back && share.route.kind != Route::Kind::none && !share.address.empty();
    if (reachable) out.reachable.push_back(std::move(share));
    else if (alone) (is_back ? out.back : out.unknown).push_back(share.index);  // else meant for another destination
  }
  return out;
}

// Loops (E-09) and functions that a relay must understand (E-10): nullopt when there is nothing against it.
std::optional<gateway::Refusal> X400Reception::objection(const Arrival& arrival, const x400::MessageEnvelope& e,
                                                         const std::vector<std::size_t>& positions, Time now) {
  // What comes by DMP was given a trace of our own making; its hops are counted instead.
  if (arrival.has_trace() ? gateway::looped(e.trace, core_.gateway.domain) : arrival.hops > most_hops) {
    core_.report(now, level::warning, events::loop_detected,
                 {{"source", to_string(arrival.source)}, {"mts_id", to_string(e.id)}});
    return gateway::Refusal{unable_to_transfer, loop_detected, "it was here before"};
  }
  const auto* critical = unknown_critical(e.extensions);
  for (const auto i : positions)
    if (critical == nullptr) critical = unknown_critical(e.recipients[i].extensions);
  if (critical == nullptr) return std::nullopt;
  core_.report(now, level::warning, events::conversion_failed,
               {{"source", to_string(arrival.source)}, {"mts_id", to_string(e.id)}, {"reason", name_of(*critical)}});
  return gateway::Refusal{unable_to_transfer, unsupported_critical_function,
                          name_of(*critical) + " is critical for transfer"};
}

Time X400Reception::remembered_until(const Arrival& arrival, Time now) const {
  return std::max(arrival.expiry == never ? now : arrival.expiry, now + core_.config.default_expiry) + key_margin;
}

void X400Reception::remember(const acp142::ReceptionKey& key, const Arrival& arrival, Time now) {
  core_.store.remember(key, remembered_until(arrival, now));
}

void X400Reception::tell_duplicate(const Arrival& arrival, std::string_view by, Time now) {
  core_.report(now, level::info, events::duplicate_suppressed,
               {{"source", to_string(arrival.source)},
                {std::string(arrival.with) + "_id", arrival.id},
                {"bearer", core_.config.bearers[arrival.bearer].name},
                {"by", by}});
}

// True when it was here before, under whatever P_MUL id.
bool X400Reception::known(const acp142::ReceptionKey& key, const Arrival& arrival, Time now) {
  if (!core_.store.seen(key)) return false;
  tell_duplicate(arrival, "mts_id", now);
  return true;
}

// The identifier alone says little: anybody can send another content under it first. What ends here is known by what
// it says, whoever brings it; what goes on only if the same node sends it again, so that a loop ends with a report.
// Members of an expanded list all carry the list's number.
acp142::ReceptionKey X400Reception::key_of(const Taken& taken, std::size_t position, Fate fate) {
  const auto& r = taken.message.envelope.recipients[position];
  auto hash = taken.identity;
  hash.add(std::to_string(r.number)).add(x400::to_text(r.name));
  if (fate == Fate::refused) hash.add("refused");
  if (fate != Fate::local) hash.add(to_string(taken.arrival.source));
  return hash.key();
}

// A copy that comes again is not reported again.
void X400Reception::refuse_some(const Taken& taken, const std::vector<std::size_t>& positions,
                                const gateway::Refusal& why, Time now) {
  const auto& arrival = taken.arrival;
  auto part = taken.message;
  for (auto& r : part.envelope.recipients) r.responsibility = false;
  for (const auto i : positions) {
    const auto key = key_of(taken, i, Fate::refused);
    if (known(key, arrival, now)) continue;
    remember(key, arrival, now);
    part.envelope.recipients[i].responsibility = true;
  }
  reports_.refuse(part, responsible_numbers(part.envelope), why, arrival.source, judge_.label_of(part.envelope), now);
}

void X400Reception::message(const Arrival& arrival, const x400::Message& m, ByteView octets, Time now) {
  const Taken taken(arrival, m);
  const auto affair = affairs(arrival, m.envelope);
  const auto positions = affair.positions();
  if (const auto why = objection(arrival, m.envelope, positions, now)) return refuse_some(taken, positions, *why, now);
  if (!affair.unknown.empty())
    core_.report(now, level::warning, events::delivery_failed,
                 {{"source", to_string(arrival.source)},
                  {"mts_id", to_string(m.envelope.id)},
                  {"recipients", affair.unknown.size()},
                  {"text", "no such recipient here"}});
  refuse_some(taken, affair.unknown, {unable_to_transfer, unrecognised_or_name, "no such recipient here"}, now);
  refuse_some(taken, affair.back, {unable_to_transfer, loop_detected, "the next hop is the node it came from"}, now);
  std::vector<Share> relayed, converted;
  for (const auto& share : affair.reachable)
    if (!known(key_of(taken, share.index, share.fate()), arrival, now))
      // A CMS object stays as it came: it is opened on its way to users here, each time anew.
      (takes_apdu(core_, share.route) || may_be_protected(m.envelope.content_type) ? relayed : converted)
          .push_back(share);
  if (!relayed.empty()) keep_apdu(taken, octets, relayed, now);
  if (!converted.empty()) keep_mail(taken, converted, now);
}

// Only what was kept: a message sent again after it was refused is another try.
void X400Reception::kept(const Taken& taken, const std::vector<Share>& shares, Time now) {
  for (const auto& share : shares) remember(key_of(taken, share.index, share.fate()), taken.arrival, now);
}

store::MessageRow X400Reception::row_of(const Arrival& arrival, const x400::MessageEnvelope& e, Time now) const {
  store::MessageRow row;
  row.tracking_id = intake_.new_tracking_id();
  row.accepted = now;
  row.expiry = now + core_.config.default_expiry;
  row.origin = arrival.origin();
  row.from_peer = arrival.source;
  row.message_id = to_string(e.id);
  row.subject = e.content_id;
  row.envelope.from = address_of(core_, e.originator, arrival.source);
  row.envelope.envid = envid_of(e.id);
  row.envelope.mt_priority = mt_priority_of(core_, e);
  if (const auto latest = latest_delivery(e)) {
    row.deliver_by = *latest;
    const auto left = std::chrono::floor<std::chrono::seconds>(*latest - now).count();
    row.envelope.by = mail::DeliverBy{left, true, false};
  }
  return row;
}

void X400Reception::keep_apdu(const Taken& taken, ByteView octets, const std::vector<Share>& shares, Time now) {
  const auto& arrival = taken.arrival;
  const auto& m = taken.message;
  auto row = row_of(arrival, m.envelope, now);
  row.form = store::Form::p1;
  for (const auto& share : shares) {
    const auto& r = m.envelope.recipients[share.index];
    row.rows.push_back(store::new_recipient({share.address, gateway::notify_of(r.report), {}, {}}, r.number));
  }
  Bytes as_mail;  // its header knows every label, that of the heading too
  if (core_.labels.on() && !may_be_protected(m.envelope.content_type) && !judge_.label_of(m.envelope))
    if (auto item = gateway::to_mail(m, settings_for(core_, arrival.source), {}, now))
      as_mail = std::move(item->message);
  const auto judged = judge_.x400(m, as_mail, arrival.source, row.envelope.from, now);
  judged.tell(row);
  auto& stored = intake_.accept(std::move(row), octets, now);
  told(arrival, stored, "p1", now);
  intake_.conclude(stored, judged, now);
  kept(taken, shares, now);
}

void X400Reception::keep_mail(const Taken& taken, const std::vector<Share>& shares, Time now) {
  const auto& arrival = taken.arrival;
  const auto& m = taken.message;
  x400::Message part = m;
  for (auto& r : part.envelope.recipients) r.responsibility = false;
  for (const auto& share : shares) part.envelope.recipients[share.index].responsibility = true;
  auto item = gateway::to_mail(part, settings_for(core_, arrival.source), {}, now);
  if (!item) {
    const auto& e = item.error();
    const int diagnostic = e.name == "critical_extension" ? unsupported_critical_function
                           : e.name == "mixer_loop"       ? loop_detected
                                                          : content_syntax_error;
    const auto why = std::string(e.name) + (e.text.empty() ? "" : ": " + e.text);
    core_.report(now, level::warning, events::conversion_failed,
                 {{"source", to_string(arrival.source)}, {"mts_id", to_string(m.envelope.id)}, {"reason", why}});
    std::vector<std::size_t> positions;
    for (const auto& share : shares) positions.push_back(share.index);
    return refuse_some(taken, positions, {unable_to_transfer, diagnostic, why}, now);
  }
  auto row = row_of(arrival, m.envelope, now);
  auto recipients = std::move(item->envelope.recipients);
  item->envelope.recipients.clear();
  const auto by = row.envelope.by;
  const auto originator = row.envelope.from;
  const bool answerable = !item->envelope.from.empty();  // not a notification
  auto envid = std::move(row.envelope.envid);            // reports find the message by it, however long it is
  row.envelope = std::move(item->envelope);
  row.envelope.envid = std::move(envid);
  if (answerable && !originator.empty()) row.envelope.from = originator;  // where a report finds a way
  if (!row.envelope.by) row.envelope.by = by;
  const mail::HeaderView header(item->message);
  row.message_id = header.value("Message-ID").value_or("");
  row.subject = header.value("Subject").value_or("");
  const Sighting sighting{arrival.with == "dmp" ? CameAs::dmp : CameAs::p1,
                          arrival.source,
                          row.envelope.from,
                          row.message_id,
                          row.subject,
                          m.envelope.trace.empty() ? Time{} : m.envelope.trace.front().arrival};
  for (std::size_t i = 0; i < recipients.size() && i < shares.size(); ++i) {
    if (shares[i].fate() == Fate::local) {
      if (seen_otherwise(core_.store, sighting, shares[i].address)) continue;
      remember_form(core_.store, sighting, shares[i].address, remembered_until(arrival, now));
    }
    recipients[i].address = shares[i].address;
    row.rows.push_back(store::new_recipient(std::move(recipients[i]), m.envelope.recipients[shares[i].index].number));
  }
  kept(taken, shares, now);
  if (row.rows.empty()) return tell_duplicate(arrival, "message_id", now);
  const auto judged = judge_.x400(m, item->message, arrival.source, row.envelope.from, now);
  judged.tell(row);
  auto& stored = intake_.accept(std::move(row), item->message, now);
  told(arrival, stored, "mail", now);
  intake_.tell_notes(stored, item->notes, now);
  intake_.conclude(stored, judged, now);
}

void X400Reception::told(const Arrival& arrival, LiveMessage& m, std::string_view form, Time now) {
  core_.report(now, level::info, events::message_received,
               {{"id", m.id},
                {"tracking_id", m.tracking_id},
                {"source", to_string(arrival.source)},
                {std::string(arrival.with) + "_id", arrival.id},
                {"bearer", core_.config.bearers[arrival.bearer].name},
                {"precedence", to_string(m.level)},
                {"octets", m.octets},
                {"recipients", m.recipients.size()},
                {"form", form}});
  intake_.tell_notes(m, arrival.notes, now);
}

// Answered by a report and never delivered (E-07).
void X400Reception::probe(const Arrival& arrival, const x400::Probe& p, Time now) {
  const auto affair = affairs(arrival, p.envelope);
  const auto positions = affair.positions();
  const auto why = objection(arrival, p.envelope, positions, now);
  if (why && why->diagnostic == loop_detected) return;
  if (positions.empty()) return;  // all are meant for others
  const auto key = ContentHash().add("probe").add(to_string(p.envelope.id)).add(to_string(arrival.source)).key();
  if (known(key, arrival, now)) return;
  remember(key, arrival, now);
  if (why) {
    const x400::Message stands_for{p.envelope, {}};
    return refuse_some({arrival, stands_for}, positions, *why, now);
  }
  auto part = p;
  for (auto& r : part.envelope.recipients) r.responsibility = false;
  for (const auto i : positions) part.envelope.recipients[i].responsibility = true;
  std::vector<int> good;
  for (const auto& share : affair.reachable) good.push_back(p.envelope.recipients[share.index].number);
  core_.report(now, level::info, events::probe_answered,
               {{"source", to_string(arrival.source)}, {"mts_id", to_string(p.envelope.id)}, {"good", good.size()}});
  reports_.answer(part, good, arrival.source, now);
}

// A report ends at the originator of its subject; there is no report on a report (E-11).
void X400Reception::report(const Arrival& arrival, x400::Report r, ByteView octets, Time now) {
  const auto address = address_of(core_, r.destination);
  const auto route = core_.router.route(mail::domain_of(address));
  if (arrival.has_trace() ? gateway::looped(r.trace, core_.gateway.domain) : arrival.hops > most_hops) {
    core_.report(now, level::warning, events::loop_detected,
                 {{"source", to_string(arrival.source)}, {"mts_id", to_string(r.id)}});
    return;
  }
  if (address.empty() || route.kind == Route::Kind::none || ours(core_, {address}, arrival).empty()) {
    if (arrival.destinations.size() <= 1)
      core_.report(now, level::warning, events::undeliverable_report,
                   {{"source", to_string(arrival.source)}, {"text", "no way to " + x400::to_text(r.destination)}});
    return;
  }
  const auto key = report_key(r, route.kind == Route::Kind::local ? PmulId{} : arrival.source);
  if (known(key, arrival, now)) return;
  store::MessageRow row;
  row.tracking_id = intake_.new_tracking_id();
  row.accepted = now;
  row.expiry = now + core_.config.default_expiry;
  row.origin = arrival.origin();
  row.from_peer = arrival.source;
  row.message_id = to_string(r.id);
  row.subject = "report on " + to_string(r.subject);
  const auto subject = boundary_.find(r.subject);
  const bool told_by_its_next_hop = subject && boundary_.may_report(*subject, r, arrival.source);
  if (told_by_its_next_hop) row.envelope.mt_priority = subject->envelope.mt_priority;
  row.rows.push_back(store::new_recipient({address, mail::Notify{.never = true}, {}, {}}));
  // It may hold what the sender of a labelled message wrote; its own way may be a lower one.
  const auto label = subject ? subject->label : std::nullopt;
  // What nobody here knows may have had any label.
  const bool cleared = subject ? core_.labels.way_is_cleared(label, route, address, core_.router)
                               : !core_.labels.on() || route.kind == Route::Kind::local;
  if (cleared) row.label = label;
  else reduce(r);
  if (takes_apdu(core_, route)) {
    row.form = store::Form::p1;
    remember(key, arrival, now);
    return told(arrival,
                intake_.accept(std::move(row), cleared ? Bytes(octets.begin(), octets.end()) : x400::encode_p1(r), now),
                "p1", now);
  }
  if (subject && !told_by_its_next_hop)
    core_.report(
        now, level::warning, events::report_doubtful,
        {{"source", to_string(arrival.source)}, {"mts_id", to_string(r.id)}, {"subject", to_string(r.subject)}});
  const auto find = told_by_its_next_hop && cleared ? boundary_.subject(*subject) : gateway::FindSubject{};
  const auto item = gateway::to_mail(r, settings_for(core_, arrival.source), find, now);
  if (!item) return discard(core_, arrival, events::payload_discarded, item.error().name, now);
  row.message_id = mail::HeaderView(item->message).value("Message-ID").value_or("");
  auto& stored = intake_.accept(std::move(row), item->message, now);
  told(arrival, stored, "mail", now);
  intake_.tell_notes(stored, item->notes, now);
  remember(key, arrival, now);
}

}  // namespace longwire::engine
