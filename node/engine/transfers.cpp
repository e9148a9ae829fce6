#include "node/engine/transfers.hpp"

#include "annexe/compressed_data.hpp"
#include "mail/mime.hpp"
#include "mail/mule.hpp"
#include "node/engine/bearer_setup.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace longwire::engine {

using store::RecipientState;

// The recipients of one message behind one peer.
struct Transfers::Parcel {
  PeerIndex peer = 0;
  bool exact = true;   // every domain is the peer's own, none is reached through it
  bool clear = false;  // without the encryption its profile asks for
  std::vector<std::uint32_t> recipients;
};

namespace {

// P_MUL header of a Data_PDU (acp142.md 3): what is left of a PDU for the message.
constexpr std::size_t data_header = 16;

std::size_t fragments_of(const BearerConfig& bearer, std::size_t octets) {
  const auto room = timing_of(bearer).max_pdu - data_header;
  return (octets + room - 1) / room;
}

// Adds the transfer to a load, or (by = -1) takes it away again.
void count(link_policy::Load& load, const Transfer& t, int by) {
  const auto level = static_cast<std::size_t>(t.level);
  const auto times = static_cast<std::size_t>(by);  // unsigned: -1 wraps, and the sum back again
  load.sending.at(level) += t.phase == Transfer::Phase::sending ? times : 0U;
  load.live.at(level) += t.phase != Transfer::Phase::silent ? times : 0U;
  load.silent.at(level) += t.phase == Transfer::Phase::silent ? times : 0U;
  load.octets.at(level) += t.octets * static_cast<std::uint64_t>(by);
}

// Errors of Protection travel under one name, with their own in front of the text.
constexpr std::string_view protection_error = "protection";

Error protection_failed(const Error& e) {
  return error(protection_error, e.offset, std::string(e.name) + (e.text.empty() ? "" : ": " + e.text));
}

// What was submitted here keeps the protection its sender gave it.
// A relay opens a message only to protect it anew. What came encrypted leaves encrypted, unless the profile says that
// this node answers for it (resign).
Boundary::View view_for(const store::MessageRow& row, const security::Profile* profile) {
  if (!Protection::protects(profile) || row.from_peer == PmulId{}) return Boundary::View::as_came;
  const bool came_encrypted = row.protection.find("encrypted") != std::string::npos;
  const auto& only = profile->only;
  const bool encrypts = profile->encrypt != security::Encrypt::off &&
                        (only.empty() || std::find(only.begin(), only.end(), "encrypted") != only.end());
  return came_encrypted && !encrypts && !profile->resign ? Boundary::View::as_came : Boundary::View::opened;
}

// As far as the profile of a peer is for this message. clear: for recipients without a certificate whom the profile
// lets have it so. What another node brought this node does not vouch for, unless the profile says that it answers for
// all (resign).
security::Profile profile_for(const store::MessageRow& row, security::Profile profile, bool clear) {
  if (clear) {
    profile.name += " clear";
    profile.encrypt = security::Encrypt::off;
    profile.outer_sign = false;
  }
  if (row.from_peer != PmulId{} && !profile.resign) profile.sign = false;
  return profile;
}

bool contains(const std::vector<PeerIndex>& peers, PeerIndex peer) {
  return std::find(peers.begin(), peers.end(), peer) != peers.end();
}

}  // namespace

void Transfers::dispatch(std::size_t bearer, Time now) {
  if (core_.gate.silent() || !core_.up[bearer]) return;
  const auto lane = static_cast<Lane>(bearer);
  const auto may = [this, bearer](PeerIndex peer, Precedence level) { return may_start(bearer, peer, level); };
  for (const auto* head = core_.queue.head(lane, may); head != nullptr; head = core_.queue.head(lane, may)) {
    const auto key = *head;
    if (auto* m = core_.ledger.find(key.id)) start(*m, bearer, now);
    // start() takes the message out of the lane by changing its recipients; anything else would loop.
    if (const auto* next = core_.queue.head(lane, may); next != nullptr && *next == key) return;
  }
}

std::vector<Transfers::Parcel> Transfers::parcels_of(const LiveMessage& m, std::size_t bearer, bool clear) const {
  std::map<PeerIndex, Parcel> by_peer;
  for (std::uint32_t i = 0; i < m.recipients.size(); ++i) {
    const auto& r = m.recipients[i];
    if (r.lane != bearer || r.goes_clear != clear || r.state != RecipientState::queued) continue;
    // A silent peer that has its share waits; the others go along although one of them has room only.
    if (core_.peers[r.route.peer].silent && !may_start(bearer, r.route.peer, m.level)) continue;
    auto& parcel = by_peer[r.route.peer];
    parcel.peer = r.route.peer;
    parcel.exact = parcel.exact && r.route.exact;
    parcel.clear = clear;
    parcel.recipients.push_back(i);
  }
  std::vector<Parcel> out;
  for (auto& [peer, parcel] : by_peer) out.push_back(std::move(parcel));
  return out;
}

void Transfers::start(LiveMessage& m, std::size_t bearer, Time now) {
  const auto* row = core_.rows.get(m.id);
  const auto label = row != nullptr ? row->label : std::nullopt;
  const bool any = row == nullptr || needs_no_label(*row);
  const auto cleared = [&](PeerIndex p) { return any || !core_.labels.check_peer(label, p); };
  bool probing = false;
  // Those whose certificate is missing are sorted out by the first attempt; the others and those who get it clear go
  // with the next.
  constexpr int attempts = 3;
  for (int i = 0; i < attempts; ++i) {
    const auto before = parcels_of(m, bearer, false).size() + parcels_of(m, bearer, true).size();
    if (before == 0) break;
    probing = start_some(m, bearer, parcels_of(m, bearer, false), cleared, now) || probing;
    probing = start_some(m, bearer, parcels_of(m, bearer, true), cleared, now) || probing;
    outcomes_.changed(m, now);
  }
  if (probing) scheduler_.place_all(now);
}

// True when a peer that was given up is asked with it.
bool Transfers::start_some(LiveMessage& m, std::size_t bearer, const std::vector<Parcel>& parcels,
                           const std::function<bool(PeerIndex)>& cleared, Time now) {
  // One payload serves a whole group, of one content, tag style and profile; DMP goes to one station. Recipients
  // reached *through* a peer travel alone: another member that relays too would pass them on a second time.
  std::map<std::tuple<bool, annexe::TagStyle, std::string>, std::vector<PeerIndex>> sets;  // X.400 or MULE
  std::vector<std::vector<PeerIndex>> single;
  for (const auto& p : parcels) {
    const auto& config = core_.config.peers[p.peer];
    if (p.exact && config.content != Content::dmp)
      sets[{config.content == Content::annex_e, core_.peers[p.peer].tags, config.profile}].push_back(p.peer);
    else single.push_back({p.peer});
  }
  for (auto& [kind, peers] : sets) single.push_back(std::move(peers));
  const auto silent = [this](PeerIndex p) { return core_.peers[p].silent; };
  bool probing = false;
  for (const auto& peers : single) {
    const auto targets = core_.router.targets(bearer, peers, silent, cleared);
    for (const auto& target : targets) {
      const bool taken = launch(m, bearer, target, parcels, now);
      for (const auto p : target.peers) probing = (taken && begin_probe(bearer, p)) || probing;
    }
    const auto reached = [&targets](PeerIndex p) {
      return std::any_of(targets.begin(), targets.end(), [p](const Target& t) { return contains(t.peers, p); });
    };
    for (const auto& p : parcels)
      if (contains(peers, p.peer) && !reached(p.peer)) await_unicast(m, p, now);
  }
  return probing;
}

// A silent peer that can only be reached through a group in which somebody must not hear this.
void Transfers::await_unicast(LiveMessage& m, const Parcel& parcel, Time now) {
  constexpr Duration pause = std::chrono::minutes{10};
  const Verdict v{RecipientState::queued, "delivery_deferred", "4.4.1",
                  core_.config.peers[parcel.peer].name + " is silent, and its group is not cleared for the label"};
  for (const auto i : parcel.recipients) {
    scheduler_.pause(m, m.recipients.at(i), now + pause);
    outcomes_.settle(m, i, v, now);
  }
}

Result<annexe::PackedData> Transfers::payload(LiveMessage& m, const std::vector<Parcel>& parcels, const Target& target,
                                              Time now) {
  std::vector<std::uint32_t> recipients;
  bool clear = false;
  for (const auto& p : parcels)
    if (contains(target.peers, p.peer)) {
      recipients.insert(recipients.end(), p.recipients.begin(), p.recipients.end());
      clear = p.clear;
    }
  const auto first = target.peers.front();
  const auto* asked = core_.profile_of(first);
  std::optional<security::Profile> applied;
  if (asked != nullptr) applied = profile_for(*core_.rows.get(m.id), *asked, clear);
  const auto* profile = applied ? &*applied : nullptr;
  const bool mule = core_.config.peers[first].content == Content::mule;
  auto octets = mule ? mule_payload(m, recipients, profile, now) : p1_payload(m, recipients, profile, now);
  if (!octets) {
    not_possible(m, recipients, profile, octets.error(), now);
    return octets.error();
  }
  const auto silent = [this](PeerIndex p) { return core_.peers[p].silent; };
  return annexe::pack_compressed_data(mule ? annexe::content_type_mule : annexe::content_type_p1, *octets,
                                      core_.peers[first].tags, core_.dictionaries.shared_by(target.peers, silent));
}

Result<Bytes> Transfers::mule_payload(LiveMessage& m, const std::vector<std::uint32_t>& recipients,
                                      const security::Profile* profile, Time now) {
  const auto row = *core_.rows.get(m.id);
  const bool protect = Protection::protects(profile);
  auto mail = boundary_.mail_of(row, recipients, view_for(row, profile), now);
  if (!mail) return mail.error();
  outcomes_.tell_notes(m, mail->notes, now);
  auto& envelope = mail->envelope;
  if (protect) {
    auto made = protection_.mail(m, row, std::move(mail->message), recipients, *profile, now);
    if (!made) return protection_failed(made.error());
    mail->message = *std::move(made);
    envelope.body = mail::body_needed(mail->message);
  }
  envelope.mt_priority = envelope.mt_priority.value_or(0);  // RFC 6710 4.2: always sent
  envelope.size = mail->message.size();
  // RFC 2852 4.1.4: what is left of the time.
  if (envelope.by && row.deliver_by)
    envelope.by->seconds = std::chrono::floor<std::chrono::seconds>(*row.deliver_by - now).count();
  return mail::encode_mule(envelope, mail->message);
}

Result<Bytes> Transfers::p1_payload(LiveMessage& m, const std::vector<std::uint32_t>& recipients,
                                    const security::Profile* profile, Time now) {
  const auto row = *core_.rows.get(m.id);
  const bool protect = Protection::protects(profile);
  auto apdu = boundary_.apdu_of(row, recipients, view_for(row, profile), now);
  if (!apdu) return apdu.error();
  outcomes_.tell_notes(m, apdu->notes, now);
  if (!protect) return std::move(apdu->octets);
  auto made = protection_.apdu(m, row, std::move(apdu->octets), recipients, *profile, now);
  if (!made) return protection_failed(made.error());
  return made;
}

// What the profile could not do is no fault of the conversion.
void Transfers::not_possible(LiveMessage& m, const std::vector<std::uint32_t>& recipients,
                             const security::Profile* profile, const Error& error, Time now) {
  if (error.name != protection_error) return not_convertible(m, recipients, error, now);
  if (error.text.starts_with("no_certificate"))
    return protection_.without_certificate(m, recipients, *profile, scheduler_, now);
  protection_.impossible(m, recipients, error, now);
}

void Transfers::not_convertible(LiveMessage& m, const std::vector<std::uint32_t>& recipients, const Error& error,
                                Time now) {
  const auto why = std::string(error.name) + (error.text.empty() ? "" : ": " + error.text);
  const Verdict v{RecipientState::failed, "failed", conversion_status(error), "cannot be converted: " + why,
                  mail::DsnAction::failed};
  for (const auto i : recipients) outcomes_.settle(m, i, v, now);
  core_.report(now, level::warning, events::conversion_failed,
               {{"id", m.id}, {"tracking_id", m.tracking_id}, {"reason", why}});
}

// The lanes hold only what is cleared; a label that got this far and is not must not leave all the same.
bool Transfers::is_cleared(LiveMessage& m, std::size_t bearer, const Target& target, const std::vector<Parcel>& parcels,
                           Time now) {
  if (!core_.labels.on() || needs_no_label(*core_.rows.get(m.id))) return true;
  const auto label = core_.rows.get(m.id)->label;
  bool all = true;
  for (const auto& p : parcels) {
    if (!contains(target.peers, p.peer)) continue;
    auto why = core_.labels.check_bearer(label, bearer);
    if (!why) why = core_.labels.check_peer(label, p.peer);
    if (!why) continue;
    all = false;
    for (const auto i : p.recipients) outcomes_.refuse(m, i, *why, now);
  }
  return all;
}

bool Transfers::launch(LiveMessage& m, std::size_t bearer, const Target& target, const std::vector<Parcel>& parcels,
                       Time now) {
  if (!is_cleared(m, bearer, target, parcels, now)) return false;
  const auto& config = core_.config.bearers[bearer];
  const auto first = target.peers.front();
  if (target.peers.size() == 1 && core_.config.peers[first].content == Content::dmp)
    for (const auto& p : parcels)
      if (p.peer == first && launch_dmp(m, bearer, first, p.recipients, now)) return true;
  auto packed = payload(m, parcels, target, now);
  if (!packed) return false;
  store::TransferRow row;
  row.pmul_message_id = new_message_id(now);
  row.bearer = config.name;
  row.message = m.id;
  row.outgoing.message_id = row.pmul_message_id;
  row.outgoing.priority = pmul_priority(core_.rows.get(m.id)->envelope.mt_priority.value_or(0));
  row.outgoing.expiry = m.expiry;
  row.outgoing.group = target.group;
  row.outgoing.octets = std::move(packed->octets);
  Transfer t;
  t.dictionary = packed->dictionary;
  t.id = row.pmul_message_id;
  t.bearer = bearer;
  t.message = m.id;
  t.level = m.level;
  t.octets = row.outgoing.octets.size();
  t.frames_in_round = fragments_of(config, row.outgoing.octets.size()) + 1;
  for (const auto& p : parcels) {
    if (!contains(target.peers, p.peer)) continue;
    const auto& peer = core_.config.peers[p.peer];
    // Per bearer too: a receiver watches the numbers of each bearer by itself.
    const auto number = core_.store.next_counter("msn/" + config.name + "/" + peer.name);
    row.outgoing.destinations.push_back({peer.pmul_id, static_cast<std::uint32_t>(number)});
    row.carried.push_back({peer.pmul_id, p.recipients});
    t.carried.push_back({peer.pmul_id, p.peer, true, p.recipients});
  }
  choose_service(bearer, row.outgoing, t.carried, now);
  const auto error = core_.bearers[bearer].entity.send(row.outgoing, now);
  if (!error.empty()) {
    refuse(m, t, error, now);
    return false;
  }
  core_.store.insert(row);
  boost::json::array names;
  for (const auto& c : t.carried) {
    names.emplace_back(core_.config.peers[c.peer].name);
    for (const auto i : c.recipients)
      outcomes_.settle(m, i, {RecipientState::in_transfer, "in_transfer", "", config.name + " " + std::to_string(t.id)},
                       now);
  }
  core_.report(now, level::info, events::transfer_started,
               {{"id", m.id},
                {"tracking_id", m.tracking_id},
                {"pmul_id", t.id},
                {"bearer", config.name},
                {"precedence", to_string(m.level)},
                {"octets", t.octets},
                {"peers", std::move(names)},
                {"group", target.group ? to_string(*target.group) : ""},
                {"arq", row.outgoing.arq}});
  add_load(t);
  transfers_.emplace(t.id, std::move(t));
  return true;
}

void Transfers::choose_service(std::size_t bearer, acp142::Outgoing& message,
                               const std::vector<Transfer::Carried>& carried, Time now) const {
  const auto& config = core_.config.bearers[bearer];
  if (!config.is_hf() || message.group || carried.size() != 1) return;
  const auto peer = carried.front().peer;
  const auto& heard = core_.bearers[bearer].arq_heard;
  const auto at = heard.find(peer);
  const bool recent = at != heard.end() && now - at->second < config.hf.soft_link_idle;
  const link_policy::ServiceView view{config.hf.arq, carried.size(), core_.peers[peer].silent,
                                      recent || !config.hf.link_protocol, fragments_of(config, message.octets.size())};
  message.arq = link_policy::use_arq(view);
  message.arq_if_unanswered = link_policy::arq_possible(view);
}

void Transfers::refuse(LiveMessage& m, const Transfer& t, std::string_view error, Time now) {
  const Verdict v{RecipientState::failed, "failed", error == "too_large" ? "5.3.4" : "5.4.4",
                  "cannot be sent: " + std::string(error), mail::DsnAction::failed};
  for (const auto& c : t.carried)
    for (const auto i : c.recipients) outcomes_.settle(m, i, v, now);
  core_.report(now, level::warning, events::transfer_refused,
               {{"id", m.id},
                {"tracking_id", m.tracking_id},
                {"bearer", core_.config.bearers[t.bearer].name},
                {"error", error}});
}

std::uint32_t Transfers::new_message_id(Time now) {
  // Starts at the time the store was made: a node that lost its disk does not use again the ids its
  // peers still remember. Never 0.
  auto base = core_.store.setting("pmul_base");
  if (!base) {
    base = std::to_string(to_unix32(now));
    core_.store.set_setting("pmul_base", *base);
  }
  const auto start = static_cast<std::uint32_t>(std::stoul(*base));
  for (;;)
    if (const auto id = static_cast<std::uint32_t>(start + core_.store.next_counter("pmul_message_id")); id != 0)
      return id;
}

// The configuration may be another than the one it was started under.
bool Transfers::still_cleared(const store::TransferRow& row, const LiveMessage& m, std::size_t bearer) {
  const auto* stored = core_.rows.get(m.id);
  if (!core_.labels.on() || stored == nullptr || needs_no_label(*stored)) return true;
  const auto label = stored->label;
  const auto cleared = [&](PeerIndex p) { return !core_.labels.check_peer(label, p); };
  std::vector<PeerIndex> peers;
  for (const auto& c : row.carried)
    if (const auto peer = core_.router.peer_of(c.destination)) peers.push_back(*peer);
  if ((m.barred >> bearer & 1) != 0 || !std::all_of(peers.begin(), peers.end(), cleared)) return false;
  if (!row.outgoing.group || peers.empty()) return true;
  const auto targets = core_.router.targets(
      bearer, peers, [](PeerIndex) { return true; }, cleared);
  return std::any_of(targets.begin(), targets.end(), [&](const Target& t) { return t.group == row.outgoing.group; });
}

// The profile of a peer may ask for more than it did when the octets were made.
bool Transfers::still_protected(const store::TransferRow& row, const LiveMessage& m) const {
  const auto* stored = core_.rows.get(m.id);
  if (stored == nullptr || stored->protection.find("encrypted") != std::string::npos) return true;
  return std::all_of(row.carried.begin(), row.carried.end(), [&](const store::TransferRow::Carried& c) {
    const auto* profile = core_.profile_of(c.destination);
    if (!Protection::protects(profile)) return true;
    const auto made = [&](bool clear) {
      const auto applied = profile_for(*stored, *profile, clear);
      return !Protection::protects(&applied) || protection_.is_made(*stored, c.recipients, applied);
    };
    return made(false) || (profile->no_certificate == security::NoCertificate::clear && made(true));
  });
}

void Transfers::recover(Time now) {
  for (auto& row : core_.store.transfers()) {
    auto* m = core_.ledger.find(row.message);
    const auto bearer = std::find_if(core_.config.bearers.begin(), core_.config.bearers.end(),
                                     [&row](const BearerConfig& b) { return b.name == row.bearer; });
    const auto index = static_cast<std::size_t>(bearer - core_.config.bearers.begin());
    Transfer t;
    t.id = row.pmul_message_id;
    t.bearer = index;
    t.message = row.message;
    t.octets = row.outgoing.octets.size();
    t.resumed = row.state.started;
    bool open = false;
    for (const auto& c : row.carried) {
      const auto peer = core_.router.peer_of(c.destination);
      const auto& known = row.state.destinations;
      const auto at = std::find_if(known.begin(), known.end(), [&c](const auto& d) { return d.id == c.destination; });
      // Refused just now: clearances may have changed.
      const auto finished = [m](std::uint32_t i) { return store::is_final(m->recipients.at(i).state); };
      const bool ended = (at != known.end() && (at->done || at->failed)) ||
                         (m != nullptr && std::all_of(c.recipients.begin(), c.recipients.end(), finished));
      if (peer && !ended) open = true;
      t.carried.push_back({c.destination, peer.value_or(0), peer && !ended, c.recipients});
    }
    const bool known_bearer = bearer != core_.config.bearers.end();
    if (known_bearer) choose_service(index, row.outgoing, t.carried, now);
    const bool usable = m != nullptr && known_bearer && open && still_cleared(row, *m, index) &&
                        still_protected(row, *m) &&
                        core_.bearers[index].entity.restore(row.outgoing, row.state, now).empty();
    if (!usable) {
      core_.store.remove_transfer(row.pmul_message_id);
      continue;  // its recipients are queued and travel in a new one
    }
    t.level = m->level;
    const auto cut = row.state.fragment_octets;
    t.frames_in_round = (cut != 0 ? (t.octets + cut - 1) / cut : fragments_of(*bearer, t.octets)) + 1;
    for (const auto& c : t.carried)
      for (const auto i : c.recipients)
        if (c.open && m->recipients.at(i).state == RecipientState::queued)
          m->recipients[i].state = RecipientState::in_transfer;
    outcomes_.changed(*m, now);
    if (m->held) core_.bearers[index].entity.hold(t.id, true, now);
    add_load(t);
    transfers_.emplace(t.id, std::move(t));
  }
  apply_minimize(now);
}

void Transfers::add_load(const Transfer& t) {
  auto& link = core_.bearers[t.bearer];
  count(link.load, t, 1);
  for (const auto& c : t.carried)
    if (c.open) count(link.peer_load[c.peer], t, 1);
}

void Transfers::drop_load(const Transfer& t) {
  auto& link = core_.bearers[t.bearer];
  count(link.load, t, -1);
  for (const auto& c : t.carried)
    if (c.open) count(link.peer_load[c.peer], t, -1);
}

void Transfers::close_carried(Transfer& t, Transfer::Carried& c) {
  if (!std::exchange(c.open, false)) return;
  count(core_.bearers[t.bearer].peer_load[c.peer], t, -1);
}

bool Transfers::may_start(std::size_t bearer, PeerIndex peer, Precedence level) const {
  static const link_policy::Load nothing;
  const auto& link = core_.bearers[bearer];
  const auto at = link.peer_load.find(peer);
  return link_policy::may_start(level, link.load, at == link.peer_load.end() ? nothing : at->second,
                                core_.peers[peer].silent);
}

void Transfers::set_phase(Transfer& t, Transfer::Phase phase) {
  drop_load(t);
  t.phase = phase;
  add_load(t);
}

Transfer* Transfers::find(std::uint32_t id) {
  const auto at = transfers_.find(id);
  return at == transfers_.end() ? nullptr : &at->second;
}

}  // namespace longwire::engine
