// Clients: all connections of the subnetwork interface and the SAPs they hold.
#pragma once

#include "bearers/s5066/client_session.hpp"
#include "bearers/s5066/report_log.hpp"
#include "bearers/s5066/sap_table.hpp"

#include <boost/json/array.hpp>

#include <map>
#include <vector>

namespace longwire::s5066 {

struct ClientsConfig {
  std::uint16_t mtu = general_mtu;
  unsigned max_expedited = 1000, max_invalid = 10;
  std::size_t max_clients = 16;
  std::size_t queue_octets = 256 * 1024, output_octets = 1024 * 1024;
  Duration keep_alive = std::chrono::seconds{120};
  Duration bind_timeout = std::chrono::seconds{60};
};

class Clients {
 public:
  Clients(ClientsConfig config, ReportLog& log) : config_(config), log_(log) {}

  ClientId connect(Time now, bool own = false);  // own: of this process, without limits
  void disconnect(ClientId id);
  ClientSession* find(ClientId id);
  const ClientSession* find(ClientId id) const;
  ClientSession* at_sap(std::uint8_t sap);  // bound there and reading
  bool any_tolerates_errors() const;        // a client bound for non-ARQ with errors
  std::vector<ClientId> ids() const;

  void bind(ClientSession& client, const BindRequest& request, bool broadcast_only);
  void unbind(ClientSession& client, std::string_view why);  // frees the SAP
  std::vector<ClientId> take_unbound() { return std::exchange(unbound_, {}); }
  void expel(ClientSession& client, std::uint8_t reason);  // unbind_reason; UNBIND_INDICATION, then unbind
  // A primitive that is none, or none at this point. Too many: expelled and closed.
  void invalid(ClientSession& client, std::string_view error);
  void count_expedited(ClientSession& client);
  void post_to_all(const Primitive& primitive);  // bound ones
  void tick(Time now);                           // keep-alives, flow control, clients that do not read
  Time next_wake() const;
  boost::json::array status() const;

 private:
  std::size_t outsiders() const;

  ClientsConfig config_;
  ReportLog& log_;
  std::map<ClientId, ClientSession> sessions_;
  SapTable saps_;
  std::vector<ClientId> unbound_;  // since take_unbound(): their requests are nobody's now
  ClientId last_ = 0;
};

}  // namespace longwire::s5066
