#include "bearers/s5066/clients.hpp"

#include <boost/json/object.hpp>

#include <algorithm>

namespace longwire::s5066 {

std::size_t Clients::outsiders() const {
  return static_cast<std::size_t>(
      std::count_if(sessions_.begin(), sessions_.end(), [](const auto& s) { return !s.second.own(); }));
}

ClientId Clients::connect(Time now, bool own) {
  const auto id = ++last_;
  const auto bind_by = own ? never : now + config_.bind_timeout;
  auto& session = sessions_.try_emplace(id, id, config_.output_octets, now, bind_by).first->second;
  if (!own && outsiders() > config_.max_clients) {
    session.post(BindRejected{bind_reason::not_enough_resources});
    session.close();
    log_.count("warning", "sis_refused", "too_many_clients");
  }
  return id;
}

void Clients::disconnect(ClientId id) {
  if (auto* client = find(id)) unbind(*client, "disconnected");
  sessions_.erase(id);
}

ClientSession* Clients::find(ClientId id) {
  const auto it = sessions_.find(id);
  return it == sessions_.end() ? nullptr : &it->second;
}
const ClientSession* Clients::find(ClientId id) const {
  const auto it = sessions_.find(id);
  return it == sessions_.end() ? nullptr : &it->second;
}

ClientSession* Clients::at_sap(std::uint8_t sap) {
  const auto holder = saps_.holder(sap);
  auto* client = holder ? find(*holder) : nullptr;
  return client != nullptr && !client->wants_close() ? client : nullptr;
}

bool Clients::any_tolerates_errors() const {
  return std::any_of(sessions_.begin(), sessions_.end(), [](const auto& s) {
    return s.second.binding() && s.second.binding()->service.mode == TransmissionMode::non_arq_with_errors;
  });
}

std::vector<ClientId> Clients::ids() const {
  std::vector<ClientId> out;
  for (const auto& [id, session] : sessions_) out.push_back(id);
  return out;
}

void Clients::bind(ClientSession& client, const BindRequest& request, bool broadcast_only) {
  // One client holds one SAP (F.16); a new service type needs an unbind first (A.2.2.3).
  auto refused =
      client.binding() ? std::optional{bind_reason::sap_allocated} : saps_.bind(client.id(), request, broadcast_only);
  if (refused) {
    client.post(BindRejected{*refused});
    log_.count("warning", "bind_rejected", std::to_string(*refused), {{"sap", request.sap}});
    return;
  }
  client.bind({request.sap, request.rank, request.service});
  client.post(BindAccepted{request.sap, config_.mtu});
  log_.add("info", "client_bound", {{"client", client.id()}, {"sap", request.sap}, {"rank", request.rank}});
}

void Clients::unbind(ClientSession& client, std::string_view why) {
  if (!client.binding()) return;
  const auto sap = client.binding()->sap;
  saps_.unbind(sap);
  client.unbind();
  unbound_.push_back(client.id());
  log_.add("info", "client_unbound", {{"client", client.id()}, {"sap", sap}, {"reason", why}});
}

void Clients::expel(ClientSession& client, std::uint8_t reason) {
  client.post(UnbindIndication{reason});
  const auto name = unbind_reason_name(reason);
  unbind(client, name.empty() ? "unknown" : name);
}

void Clients::invalid(ClientSession& client, std::string_view error) {
  log_.count("warning", "sis_invalid", error, {{"client", client.id()}});
  if (client.count_invalid() <= config_.max_invalid || client.wants_close()) return;
  expel(client, unbind_reason::invalid_primitives);
  client.close();
}

void Clients::count_expedited(ClientSession& client) {
  if (client.count_expedited() > config_.max_expedited) expel(client, unbind_reason::too_many_expedited);
}

void Clients::post_to_all(const Primitive& primitive) {
  for (auto& [id, session] : sessions_)
    if (session.binding()) session.post(primitive);
}

void Clients::tick(Time now) {
  for (auto& [id, session] : sessions_) {
    if (session.overflowed() && session.binding()) {
      log_.count("warning", "client_not_reading", "output_full", {{"client", id}});
      unbind(session, "not_reading");
    }
    session.update_flow(config_.queue_octets);
    if (session.bind_by() <= now && !session.wants_close()) {
      log_.count("warning", "client_not_bound", "bind_timeout", {{"client", id}});
      session.close();
    }
    if (session.wants_close() || session.tick(config_.keep_alive, now)) continue;
    expel(session, unbind_reason::inactivity);
    session.close();
  }
}

Time Clients::next_wake() const {
  Time at = never;
  for (const auto& [id, session] : sessions_) at = std::min(at, session.next_wake(config_.keep_alive));
  return at;
}

boost::json::array Clients::status() const {
  boost::json::array out;
  for (const auto& [id, session] : sessions_) {
    boost::json::object client{{"client", id}};
    if (const auto& b = session.binding()) client["sap"] = b->sap, client["rank"] = b->rank;
    client["outstanding"] = session.outstanding();
    client["queued_octets"] = session.queued_octets();
    client["output_octets"] = session.output_octets();
    client["flow"] = session.flow_open();
    client["invalid"] = session.invalid();
    out.push_back(std::move(client));
  }
  return out;
}

}  // namespace longwire::s5066
