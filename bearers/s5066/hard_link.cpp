#include "bearers/s5066/hard_link.hpp"

#include <algorithm>

namespace longwire::s5066 {

namespace {

// Calling takes requests, repeats and a busy channel.
constexpr Duration longest_call = std::chrono::minutes{15};

// Of S_HARD_LINK_TERMINATED, from the reason of S_PDU 6.
std::uint8_t terminated_by(std::uint8_t s_reason) {
  if (s_reason == s_terminate::higher_priority_requested) return terminated_reason::higher_priority_requested;
  if (s_reason == s_terminate::sap_unbound) return terminated_reason::sap_unbound;
  return terminated_reason::by_remote;
}

// Of S_HARD_LINK_REJECTED, from a refusal of the physical link.
std::uint8_t rejected_by(std::optional<std::uint8_t> c_reason) {
  if (!c_reason || *c_reason == c_reject::broadcast_only) return hard_link_reason::not_responding;
  if (*c_reason == c_reject::higher_priority_pending) return hard_link_reason::higher_priority_existing;
  return hard_link_reason::remote_busy;
}

}  // namespace

// A.3.2.2.1: client rank, link priority, other nodes give way to the existing link, link type.
HardLink::Verdict HardLink::compare(const Session& existing, const Session& incoming) {
  if (incoming.rank != existing.rank) return incoming.rank > existing.rank ? Verdict::new_wins : Verdict::existing_wins;
  if (incoming.link.priority != existing.link.priority)
    return incoming.link.priority > existing.link.priority ? Verdict::new_wins : Verdict::existing_wins;
  if (incoming.remote != existing.remote) return Verdict::existing_wins;
  if (incoming.link.type == 0) return Verdict::same_type_0;  // A.3.2.2.2 (4): what is asked for is there
  return incoming.link.type > existing.link.type ? Verdict::new_wins : Verdict::existing_wins;
}

HardLink::Session* HardLink::contender() {
  if (next_) return &*next_;
  return current_ && current_->state != State::terminating ? &*current_ : nullptr;
}

// `incoming` has won, or there is nobody else: it follows the one that ends.
void HardLink::take_over(Session incoming, Time now) {
  if (next_) {
    if (next_->called) refuse(next_->remote, s_reject::higher_priority_existing);
    else if (next_->client)
      actions_.emplace_back(hl::Post{
          *next_->client, HardLinkRejected{hard_link_reason::higher_priority_existing, next_->link, next_->remote}});
    next_ = std::move(incoming);
  } else if (current_) {
    next_ = std::move(incoming);
    if (current_->state != State::terminating) preempt(now);
  } else if (incoming.called) {
    answer_request(std::move(incoming), now);
  } else {
    current_ = std::move(incoming);
    begin(now);
  }
}

void HardLink::establish(const Caller& caller, const HardLinkEstablish& request, Time now) {
  Session session;
  session.client = caller.client;
  session.rank = caller.binding.rank;
  session.own_sap = caller.binding.sap;
  session.far_sap = request.link.remote_sap;
  session.link = request.link;
  session.remote = request.remote;
  if (const auto* existing = contender()) {
    const auto verdict = compare(*existing, session);
    if (verdict != Verdict::new_wins) {
      const auto reason = verdict == Verdict::same_type_0 ? hard_link_reason::type_0_exists
                                                          : hard_link_reason::higher_priority_existing;
      actions_.emplace_back(hl::Post{caller.client, HardLinkRejected{reason, request.link, request.remote}});
      return;
    }
  }
  take_over(std::move(session), now);
}

void HardLink::begin(Time now) {
  current_->state = State::physical;
  current_->deadline = now + longest_call;
  actions_.emplace_back(hl::MakePhysical{current_->remote});
}

void HardLink::on_made(Address peer, Time now) {
  if (!current_ || current_->called || current_->state != State::physical || current_->remote != peer) return;
  current_->state = State::asked;
  current_->deadline = now + config_.timeout;
  actions_.emplace_back(
      hl::Send{peer, LinkRequest{current_->link.type, current_->link.priority, current_->own_sap, current_->far_sap}});
}

void HardLink::on_failed(Address peer, std::optional<std::uint8_t> rejected, Time now) {
  if (!current_ || current_->called || current_->state != State::physical || current_->remote != peer) return;
  failed(rejected_by(rejected), false, now);
}

void HardLink::on_confirm(Address peer, Time /*now*/) {
  if (!current_ || current_->state != State::asked || current_->remote != peer) return;
  current_->state = State::established;
  current_->deadline = never;
  actions_.emplace_back(hl::Post{*current_->client, HardLinkEstablished{node_status::on, current_->link, peer}});
  note("hard_link_established", "called");
}

void HardLink::on_rejected(Address peer, std::uint8_t reason, Time now) {
  if (!current_ || current_->state != State::asked || current_->remote != peer) return;
  failed(reason >= s_reject::remote_busy && reason <= s_reject::sap_not_bound ? reason : hard_link_reason::remote_busy,
         true, now);  // the codes 1 to 4 are the primitive's too
}

// The caller's request has come to nothing.
void HardLink::failed(std::uint8_t reason, bool break_physical, Time now) {
  if (current_->client)
    actions_.emplace_back(hl::Post{*current_->client, HardLinkRejected{reason, current_->link, current_->remote}});
  ended("rejected", break_physical, now);
}

// --- the called side -------------------------------------------------------------------------------

void HardLink::on_request(Address peer, const LinkRequest& request, const std::optional<Caller>& named, Time now) {
  if (request.link_type == 2 && !named) {  // A.3.2.2.2 (18)
    refuse(peer, s_reject::sap_not_bound);
    return;
  }
  Session in;
  in.called = true;
  if (request.link_type == 2) in.client = named->client;
  in.rank = request.link_type == 2 ? named->binding.rank : config_.default_rank;  // A.3.2.2.2 (19)
  in.own_sap = request.remote_sap;
  in.far_sap = request.requesting_sap;
  in.link = {request.link_type, request.priority, request.requesting_sap};  // the SAP of an indication is the caller's
  in.remote = peer;
  if (current_ && current_->called && current_->remote == peer && current_->link == in.link &&
      current_->own_sap == in.own_sap && current_->state != State::terminating) {
    if (current_->state == State::established) actions_.emplace_back(hl::Send{peer, LinkConfirm{}});
    return;  // the same again: our answer was lost, or the client still thinks
  }
  if (const auto* existing = contender(); existing != nullptr && compare(*existing, in) != Verdict::new_wins) {
    const bool equal = existing->rank == in.rank && existing->link.priority == in.link.priority;
    refuse(peer, equal ? s_reject::remote_busy : s_reject::higher_priority_existing);  // (21)
    return;
  }
  take_over(std::move(in), now);
}

void HardLink::answer_request(Session incoming, Time now) {
  current_ = std::move(incoming);
  lingering_.erase(current_->remote);
  if (current_->link.type == 2) {
    current_->state = State::client;
    current_->deadline = now + config_.timeout;
    actions_.emplace_back(
        hl::Post{*current_->client, HardLinkIndication{node_status::on, current_->link, current_->remote}});
    return;
  }
  current_->state = State::established;
  actions_.emplace_back(hl::Send{current_->remote, LinkConfirm{}});
  note("hard_link_established", "by_remote");
}

void HardLink::accept(ClientId client, const HardLinkAccept& answer, Time /*now*/) {
  if (!current_ || current_->state != State::client || current_->client != client || current_->remote != answer.remote)
    return;
  current_->state = State::established;
  current_->deadline = never;
  actions_.emplace_back(hl::Send{current_->remote, LinkConfirm{}});
  note("hard_link_established", "by_remote");
}

void HardLink::reject(ClientId client, const HardLinkReject& answer, Time now) {
  if (!current_ || current_->state != State::client || current_->client != client || current_->remote != answer.remote)
    return;
  refuse(current_->remote, s_reject::remote_busy);
  ended("client_rejected", false, now);
}

void HardLink::refuse(Address peer, std::uint8_t s_reason) {
  actions_.emplace_back(hl::Send{peer, LinkRejected{s_reason}});
}

// --- the end (A.3.2.2.3) -----------------------------------------------------------------------------

void HardLink::tell_users(std::uint8_t reason, bool also_owner) {
  const auto owner = current_->client;
  if (owner) current_->users.erase(*owner);
  if (owner && also_owner) current_->users.insert(*owner);
  for (const auto client : current_->users)
    actions_.emplace_back(hl::Post{client, HardLinkTerminated{reason, current_->link, current_->remote}});
  current_->users.clear();
}

void HardLink::end(Address peer, std::uint8_t s_reason, Time now) {
  current_->state = State::terminating;
  current_->deadline = now + config_.timeout;
  actions_.emplace_back(hl::Send{peer, LinkTerminate{s_reason}});
}

void HardLink::ended(std::string_view why, bool break_physical, Time now) {
  note("hard_link_ended", why);
  const auto peer = current_->remote;
  current_.reset();
  const bool goes_on = next_ && next_->remote == peer;
  if (break_physical && !goes_on) actions_.emplace_back(hl::BreakPhysical{peer, c_break::higher_layer});
  else if (!goes_on) lingering_[peer] = now + config_.timeout;
  if (!next_) return;
  auto next = std::move(*next_);
  next_.reset();
  take_over(std::move(next), now);
}

// A request of higher precedence waits in next_.
void HardLink::preempt(Time now) {
  switch (current_->state) {
    case State::physical:
      failed(hard_link_reason::higher_priority_existing, true, now);
      return;
    case State::asked:
      if (current_->client)
        actions_.emplace_back(hl::Post{*current_->client, HardLinkRejected{hard_link_reason::higher_priority_existing,
                                                                           current_->link, current_->remote}});
      current_->owner_told = true;
      end(current_->remote, s_terminate::higher_priority_requested, now);
      return;
    case State::client:
      tell_users(terminated_reason::higher_priority_requested, true);
      refuse(current_->remote, s_reject::higher_priority_existing);
      ended("preempted", false, now);
      return;
    case State::established:
      tell_users(terminated_reason::higher_priority_requested, true);
      current_->owner_told = true;
      end(current_->remote, s_terminate::higher_priority_requested, now);
      return;
    case State::terminating:
      return;
  }
}

void HardLink::terminate(ClientId client, Address remote, Time now) {
  if (next_ && !next_->called && next_->client == client && next_->remote == remote) {
    next_.reset();
    return;
  }
  if (!current_ || current_->client != client || current_->remote != remote) return;  // A.2.1.18 (2)
  switch (current_->state) {
    case State::physical:
      ended("client_request", true, now);
      return;
    case State::terminating:
      return;
    case State::client:
      refuse(remote, s_reject::remote_busy), ended("client_request", false, now);
      return;
    case State::asked:
    case State::established:
      break;
  }
  tell_users(terminated_reason::by_remote, false);
  end(remote, s_terminate::client_request, now);
}

void HardLink::client_gone(ClientId client, Time now) {
  if (next_ && next_->client == client) {
    if (next_->called) refuse(next_->remote, s_reject::sap_not_bound);
    next_.reset();
  }
  if (!current_) return;
  current_->users.erase(client);
  if (current_->client != client) return;
  current_->client.reset();
  switch (current_->state) {
    case State::physical:
      ended("client_gone", true, now);
      return;
    case State::client:
      refuse(current_->remote, s_reject::sap_not_bound), ended("client_gone", false, now);
      return;
    case State::terminating:
      return;
    case State::asked:
    case State::established:
      break;
  }
  tell_users(terminated_reason::by_remote, false);
  end(current_->remote, current_->called ? s_terminate::sap_unbound : s_terminate::client_request, now);
}

void HardLink::on_terminate(Address peer, std::uint8_t reason, Time now) {
  actions_.emplace_back(hl::Send{peer, LinkTerminateConfirm{}});  // at once, whatever we know (3)
  if (next_ && next_->called && next_->remote == peer) next_.reset();
  if (!current_ || current_->remote != peer) return;
  switch (current_->state) {
    case State::physical:
      return;
    case State::asked:
      failed(hard_link_reason::remote_busy, false, now);
      return;
    case State::client:
    case State::established:
      tell_users(terminated_by(reason), true);
      break;
    case State::terminating:
      break;
  }
  ended("by_remote", false, now);
}

void HardLink::on_terminate_confirm(Address peer, Time now) {
  if (current_ && current_->state == State::terminating && current_->remote == peer) ended("by_us", true, now);
}

void HardLink::on_broken(Address peer, Time now) {
  lingering_.erase(peer);
  if (next_ && next_->called && next_->remote == peer) next_.reset();
  if (!current_ || current_->remote != peer) return;
  switch (current_->state) {
    case State::physical:
    case State::asked:
      failed(hard_link_reason::not_responding, false, now);
      return;
    case State::client:
    case State::established:
      tell_users(terminated_reason::link_broken, true);
      break;
    case State::terminating:
      break;
  }
  ended("link_broken", false, now);
}

void HardLink::tick(Time now) {
  for (auto it = lingering_.begin(); it != lingering_.end();) {
    if (it->second > now) {
      ++it;
      continue;
    }
    actions_.emplace_back(hl::BreakPhysical{it->first, c_break::no_more_data});
    it = lingering_.erase(it);
  }
  if (!current_ || current_->deadline > now) return;
  switch (current_->state) {
    case State::physical:
    case State::asked:
      failed(hard_link_reason::not_responding, true, now);
      return;  // A.3.2.2.2 (15)
    case State::client:
      refuse(current_->remote, s_reject::remote_busy);
      ended("client_silent", false, now);
      return;
    case State::established:
      return;
    case State::terminating:  // carried out anyway (A.3.2.2.3 (5))
      if (!current_->owner_told) tell_users(terminated_reason::not_responding, true);
      ended("not_responding", true, now);
      return;
  }
}

Time HardLink::next_wake() const {
  Time at = current_ ? current_->deadline : never;
  for (const auto& [peer, deadline] : lingering_) at = std::min(at, deadline);
  return at;
}

// --- who may use it ------------------------------------------------------------------------------------

bool HardLink::may_go(const UPduJob& job) const {
  if (!current_ || job.client == node_itself || job.dest != current_->remote) return true;
  if (current_->state == State::terminating) return false;
  switch (current_->link.type) {
    case 0:
      return true;
    case 1:
      return current_->called ? job.dest_sap == current_->far_sap : job.source_sap == current_->own_sap;
    default:
      return job.source_sap == current_->own_sap && job.dest_sap == current_->far_sap;
  }
}

void HardLink::note_user(ClientId client, Address peer) {
  if (client != node_itself && current_ && current_->state == State::established && current_->remote == peer)
    current_->users.insert(client);
}

void HardLink::note(std::string_view name, std::string_view reason) {
  actions_.emplace_back(hl::Note{name, current_->remote, current_->link.type, reason});
}

boost::json::object HardLink::status() const {
  if (!current_) return {};
  std::string_view state;
  switch (current_->state) {
    case State::physical:
      state = "calling";
      break;
    case State::asked:
      state = "asked";
      break;
    case State::client:
      state = "waiting_for_client";
      break;
    case State::established:
      state = "established";
      break;
    case State::terminating:
      state = "terminating";
      break;
  }
  return {{"peer", to_string(current_->remote)}, {"state", state},         {"type", current_->link.type},
          {"priority", current_->link.priority}, {"rank", current_->rank}, {"called", current_->called}};
}

}  // namespace longwire::s5066
