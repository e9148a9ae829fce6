// Unidata, the sending side (A.3.2.4).
#include "bearers/s5066/unidata.hpp"

#include "base/limits.hpp"

#include <algorithm>

namespace longwire::s5066 {

namespace {

constexpr Duration ttl_unit = std::chrono::seconds{2};

bool wants_confirmation(Confirmation c) { return c != Confirmation::none; }

}  // namespace

Bytes Unidata::part(ByteView u_pdu) const {
  const auto head = u_pdu.first(std::min(u_pdu.size(), config_.response_frag_size));
  return {head.begin(), head.end()};
}

// --- acceptance --------------------------------------------------------------------------------

void Unidata::submit(ClientSession& client, UnidataRequest request, Time now) {
  if (request.expedited) {
    clients_.count_expedited(client);  // A.2.1.10 (3)
    if (!client.binding()) return;
  }
  const auto& binding = *client.binding();
  const bool by_bind = request.mode.mode == TransmissionMode::bind_default;
  auto mode = by_bind ? binding.service : request.mode;
  // A binding may ask for confirmations that its non-ARQ U_PDUs cannot have (A.2.2.3 (9)).
  if (by_bind && mode.mode != TransmissionMode::arq) mode.confirmation = Confirmation::none;
  if (const auto reason = refusal(request, mode)) {
    reject(client, request, *reason);
    return;
  }
  if (client.queued_octets() + request.u_pdu.size() > config_.flood_octets) {
    reject(client, request, unidata_reason::ttl_expired);  // it would be, and there is no better word
    clients_.invalid(client, "flow_control_ignored");
    return;
  }
  if (request.dest == config_.self) deliver_here(client, request, mode);
  else accept(client, request, mode, now);
}

std::optional<std::uint8_t> Unidata::refusal(const UnidataRequest& request, const DeliveryMode& mode) const {
  if (request.u_pdu.size() > config_.mtu) return unidata_reason::too_large;
  if (!exists(mode) || mode.mode == TransmissionMode::bind_default) return unidata_reason::mode_not_specified;
  const bool arq = mode.mode == TransmissionMode::arq;
  if (arq && (request.dest.group || config_.broadcast_only))
    return unidata_reason::mode_not_specified;                                                   // A.2.2.28.1 (2)
  if (!arq && wants_confirmation(mode.confirmation)) return unidata_reason::mode_not_specified;  // A.2.2.3 (9)
  return std::nullopt;
}

// A request that cannot be served is always answered: A.2.1.8 (3) for one that is too large, and the
// others would leave a client without any answer to a mistake of its own.
void Unidata::reject(ClientSession& client, const UnidataRequest& request, std::uint8_t reason) {
  ++rejected_;
  client.post(UnidataRejected{request.expedited, reason, request.dest_sap, request.dest, part(request.u_pdu)});
  log_.count("notice", "u_pdu_rejected", std::to_string(reason), {{"client", client.id()}});
}

void Unidata::accept(ClientSession& client, const UnidataRequest& request, const DeliveryMode& mode, Time now) {
  const bool arq = mode.mode == TransmissionMode::arq;
  const auto ttl = request.ttl == 0 ? config_.default_ttl : std::min(config_.max_ttl, request.ttl * ttl_unit);
  DataSPdu pdu;
  pdu.priority = request.expedited ? 0 : request.priority;  // A.3.1.1 (9)
  pdu.source_sap = client.binding()->sap;
  pdu.dest_sap = request.dest_sap;
  pdu.client_confirm = mode.confirmation == Confirmation::client;
  // Without a TTL of the client's there is nothing the far node would have to obey.
  if (request.ttl != 0) pdu.time_to_die = to_time_to_die(now + ttl);
  pdu.u_pdu = request.u_pdu;

  UPduJob job;
  job.client = client.id();
  job.source_sap = pdu.source_sap;
  job.dest_sap = request.dest_sap;
  job.dest = request.dest;
  job.priority = pdu.priority;
  job.in_order = !mode.as_they_arrive;
  job.repeats = arq ? 0 : mode.min_retransmissions;
  job.confirmation = mode.confirmation;
  job.service = arq ? (request.expedited ? Service::expedited_arq : Service::arq)
                    : (request.expedited ? Service::expedited_non_arq : Service::non_arq);
  job.expiry = now + ttl;  // A.2.1.6 (11)
  job.u_pdu_at = data_s_pdu_header(pdu.time_to_die.has_value());
  job.s_pdu = encode(SPdu{std::move(pdu)});
  ++accepted_;
  client.queued(job.s_pdu.size() + limits::s5066_job_overhead);
  add(std::move(job));
}

// Nothing has to go on the air.
void Unidata::deliver_here(ClientSession& from, const UnidataRequest& request, const DeliveryMode& mode) {
  auto* to = clients_.at_sap(request.dest_sap);
  if (to == nullptr) {
    if (wants_confirmation(mode.confirmation)) reject(from, request, unidata_reason::sap_not_bound);
    return;
  }
  UnidataIndication in;
  in.expedited = request.expedited;
  in.priority = request.expedited ? 0 : request.priority;
  in.dest_sap = request.dest_sap;
  in.dest = in.source = config_.self;
  in.mode = mode.mode;
  in.source_sap = from.binding()->sap;
  in.u_pdu = request.u_pdu;
  to->post(in);
  ++delivered_;
  if (wants_confirmation(mode.confirmation))
    from.post(UnidataConfirm{request.expedited, request.dest_sap, request.dest, part(request.u_pdu)});
}

void Unidata::submit_own(Address dest, Service service, const SPdu& pdu, Time expiry) {
  if (own_jobs_ >= limits::s5066_own_s_pdus) {
    log_.count("warning", "s_pdu_dropped", "too_many");
    return;
  }
  UPduJob job;
  job.dest = dest;
  job.service = service;
  job.priority = 15;
  job.in_order = false;
  job.expiry = expiry;
  job.s_pdu = encode(pdu);
  job.u_pdu_at = job.s_pdu.size();
  job.one_link = !std::holds_alternative<DeliveryConfirm>(pdu) && !std::holds_alternative<DeliveryFail>(pdu);
  add(std::move(job));
}

UPduJob& Unidata::add(UPduJob job) {
  job.id = ++last_job_;
  octets_ += job.s_pdu.size();
  if (job.client == node_itself) ++own_jobs_;
  timers_.emplace(job.deadline(), job.id);
  outbox(job).add(job);
  return jobs_.emplace(job.id, std::move(job)).first->second;
}

void Unidata::unbound(ClientId client) {
  std::vector<std::uint64_t> over;
  for (auto& [id, job] : jobs_) {
    if (job.client != client) continue;
    job.confirmation = Confirmation::none;
    if (job.state == UPduJob::State::awaiting_client) over.push_back(id);  // nobody waits for that answer now
  }
  for (const auto id : over) finish(id, std::nullopt);
}

// Handed over is handed over, but clients that come, fill and go must not fill the memory.
void Unidata::client_gone(ClientId client, Time now) {
  unbound(client);
  std::vector<std::uint64_t> over;
  for (const auto& [id, job] : jobs_) {
    if (job.client != client) continue;
    orphans_ += job.s_pdu.size() + limits::s5066_job_overhead;
    if (orphans_ > config_.orphan_octets) over.push_back(id);
  }
  for (const auto id : over) {
    log_.count("warning", "u_pdu_discarded", "client_gone");
    if (jobs_.at(id).state == UPduJob::State::in_transfer) channel_.cancel(jobs_.at(id).ticket, now);
    finish(id, std::nullopt);
  }
}

// --- to and from the sublayer below --------------------------------------------------------------

void Unidata::pump(std::size_t window, const std::function<bool(const UPduJob&)>& may_go, Time now) {
  pump_box(
      non_arq_, window, [](const UPduJob&) { return true; }, now);  // needs no link
  for (auto it = arq_.begin(); it != arq_.end();) {
    if (it->second.empty()) {
      it = arq_.erase(it);
      continue;
    }
    if (channel_.linked(it->first)) pump_box(it->second, window, may_go, now);
    ++it;
  }
}

void Unidata::pump_box(Outbox& box, std::size_t window, const std::function<bool(const UPduJob&)>& may_go, Time now) {
  if (box.waiting() == 0) return;
  const auto allowed = [&](std::uint64_t id) { return may_go(jobs_.at(id)); };
  while (const auto id = box.next(window, allowed)) hand_down(jobs_.at(*id), now);
}

void Unidata::hand_down(UPduJob& job, Time now) {
  auto& box = outbox(job);
  box.remove(job);
  box.handed(job);
  job.state = UPduJob::State::in_transfer;
  job.ticket = ++last_ticket_;
  tickets_[job.ticket] = job.id;
  if (++job.transfers > 1) ++sent_again_;
  if (job.arq() && wants_confirmation(job.confirmation) && job.give_up == never)
    set_deadline(job, now + config_.confirm_timeout);
  CPduRequest request;
  request.ticket = job.ticket;
  request.dest = job.dest;
  request.service = job.service;
  request.priority = job.expedited() ? 15 : job.priority;
  request.in_order = job.in_order;
  request.repeats = job.repeats;
  request.expiry = job.expiry;
  request.c_pdu = job.s_pdu;
  channel_.send(std::move(request), now);
}

void Unidata::leave_transfer(UPduJob& job) {
  tickets_.erase(job.ticket);
  outbox(job).returned(job);
}

void Unidata::take_back(UPduJob& job) {
  leave_transfer(job);
  job.state = UPduJob::State::waiting;
  outbox(job).add(job);  // keeps its id, so it comes before what was accepted later
}

UPduJob* Unidata::by_ticket(std::uint64_t ticket) {
  const auto it = tickets_.find(ticket);
  return it == tickets_.end() ? nullptr : &jobs_.at(it->second);
}

void Unidata::on_confirmed(std::uint64_t ticket, Time now) {
  auto* job = by_ticket(ticket);
  if (job == nullptr) return;
  if (job->confirmation != Confirmation::client) {
    finish(job->id, std::nullopt);
    return;
  }
  leave_transfer(*job);
  job->state = UPduJob::State::awaiting_client;
  set_deadline(*job, now + config_.confirm_timeout);
}

void Unidata::on_sent(std::uint64_t ticket, Time /*now*/) {
  if (auto* job = by_ticket(ticket); job != nullptr && !job->arq()) finish(job->id, std::nullopt);
}

void Unidata::on_rejected(std::uint64_t ticket, std::string_view reason, Time now) {
  auto* job = by_ticket(ticket);
  if (job == nullptr) return;
  if (reason == "ttl_expired" || job->expiry <= now) finish(job->id, unidata_reason::ttl_expired);
  else if (reason == "too_large") finish(job->id, unidata_reason::too_large);
  else if (job->one_link) finish(job->id, std::nullopt);
  else take_back(*job);  // the connection is lost: again over the next one
}

void Unidata::link_broken(Address peer) {
  std::vector<std::uint64_t> over;
  for (auto& [id, job] : jobs_) {
    if (!job.arq() || job.dest != peer) continue;
    if (job.one_link) over.push_back(id);
    else if (job.state == UPduJob::State::in_transfer) take_back(job);
  }
  for (const auto id : over) finish(id, std::nullopt);
}

void Unidata::modem_lost() {
  for (auto& [id, job] : jobs_)
    if (job.state == UPduJob::State::in_transfer) take_back(job);
}

void Unidata::unreachable(Address peer, Time now) {
  std::vector<std::uint64_t> lost;
  for (const auto& [id, job] : jobs_)
    if (job.arq() && job.dest == peer && job.state != UPduJob::State::awaiting_client) lost.push_back(id);
  for (const auto id : lost) {
    if (jobs_.at(id).state == UPduJob::State::in_transfer) channel_.cancel(jobs_.at(id).ticket, now);
    finish(id, unidata_reason::not_responding);
  }
}

// --- the end of a job ----------------------------------------------------------------------------

void Unidata::set_deadline(UPduJob& job, Time give_up) {
  timers_.erase({job.deadline(), job.id});
  job.give_up = give_up;
  timers_.emplace(job.deadline(), job.id);
}

void Unidata::suspend() {
  for (auto& [id, job] : jobs_)
    if (job.give_up != never) set_deadline(job, never);
}

void Unidata::resume(Time now) {
  for (auto& [id, job] : jobs_)
    if (job.state != UPduJob::State::waiting && job.arq() && wants_confirmation(job.confirmation))
      set_deadline(job, now + config_.confirm_timeout);
}

void Unidata::tick(Time now) {
  while (!timers_.empty() && timers_.begin()->first <= now) {
    const auto& job = jobs_.at(timers_.begin()->second);
    if (job.state == UPduJob::State::in_transfer) channel_.cancel(job.ticket, now);
    finish(job.id, job.expiry <= now ? unidata_reason::ttl_expired : unidata_reason::not_responding);
  }
}

void Unidata::finish(std::uint64_t id, std::optional<std::uint8_t> reject_reason) {
  const auto it = jobs_.find(id);
  const auto& job = it->second;
  switch (job.state) {
    case UPduJob::State::waiting:
      outbox(job).remove(job);
      break;
    case UPduJob::State::in_transfer:
      leave_transfer(it->second);
      break;
    case UPduJob::State::awaiting_client:
      break;
  }
  timers_.erase({job.deadline(), id});
  octets_ -= job.s_pdu.size();
  if (job.client == node_itself) --own_jobs_;
  if (reject_reason) {
    ++rejected_;
    log_.count("notice", "u_pdu_rejected", std::to_string(*reject_reason), {{"peer", to_string(job.dest)}});
  } else if (job.arq()) {
    ++confirmed_;
  }
  if (auto* client = clients_.find(job.client)) {
    client->released(job.s_pdu.size() + limits::s5066_job_overhead);
    // Confirmed or rejected only if the client asked (A.2.1.7 (2), A.2.1.8 (2)).
    if (wants_confirmation(job.confirmation) && client->binding()) {
      if (reject_reason)
        client->post(UnidataRejected{job.expedited(), *reject_reason, job.dest_sap, job.dest, part(job.u_pdu())});
      else client->post(UnidataConfirm{job.expedited(), job.dest_sap, job.dest, part(job.u_pdu())});
    }
  } else if (job.client != node_itself) {
    orphans_ -= std::min(orphans_, job.s_pdu.size() + limits::s5066_job_overhead);
  }
  jobs_.erase(it);
}

// --- figures -------------------------------------------------------------------------------------

std::vector<Unidata::Demand> Unidata::demands() const {
  std::vector<Demand> out;
  for (const auto& [peer, box] : arq_)
    if (box.waiting() > 0) out.push_back({peer, box.top_level()});
  return out;
}

int Unidata::demand(Address peer) const {
  const auto it = arq_.find(peer);
  return it == arq_.end() ? -1 : it->second.top_level();
}

bool Unidata::busy(Address peer) const {
  const auto it = arq_.find(peer);
  return it != arq_.end() && !it->second.empty();
}

boost::json::object Unidata::status() const {
  std::size_t waiting = non_arq_.waiting(), in_transfer = non_arq_.in_transfer();
  for (const auto& [peer, box] : arq_) waiting += box.waiting(), in_transfer += box.in_transfer();
  return {{"u_pdus", jobs_.size()},     {"octets", octets_},     {"waiting", waiting},
          {"in_transfer", in_transfer}, {"accepted", accepted_}, {"delivered", delivered_},
          {"confirmed", confirmed_},    {"rejected", rejected_}, {"sent_again", sent_again_}};
}

}  // namespace longwire::s5066
