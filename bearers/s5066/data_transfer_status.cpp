// status(): what an operator sees of the data transfer sublayer.
#include "bearers/s5066/data_transfer_impl.hpp"

#include <boost/json/array.hpp>

namespace longwire::s5066 {

boost::json::object DataTransfer::status(Time now) const {
  const auto& d = *impl_;
  boost::json::array stations;
  for (const auto& [address, c] : d.connections) {
    boost::json::object one;
    one["peer"] = to_string(c.peer);
    one["state"] = to_string(c.state());
    one["connected"] = c.connected;
    one["window"] = c.tx.edges().in_use();
    one["retransmissions"] = c.tx.repetitions();
    one["queued_c_pdus"] = c.tx.queued_c_pdus() + c.urgent_tx.queued_c_pdus();
    one["awaits_answer"] = c.awaiting;
    one["silent_overs"] = c.silent_overs;
    one["d_pdus_sent"] = c.d_pdus_sent;
    one["d_pdus_received"] = c.d_pdus_received;
    one["bad_segments"] = c.bad_segments;
    stations.push_back(std::move(one));
  }
  boost::json::object discarded;
  for (const auto& [reason, count] : d.discarded) discarded[reason] = count;
  const auto free = d.floor.free_at();
  boost::json::object out;
  out["rate_bps"] = d.waveform.rate_bps;
  out["overs"] = d.overs;
  out["in_over"] = d.over.active;
  out["carrier"] = d.floor.carrier();
  out["channel_busy_s"] = free > now ? to_seconds(free - now) : 0.0;
  out["patience"] = d.floor.patience();
  out["emcon"] = d.emcon;
  if (d.snr_db) out["snr_db"] = *d.snr_db;
  out["queued_c_pdus"] = d.queued_c_pdus();
  out["queued_octets"] = d.queued_octets();
  out["d_pdus_received"] = d.d_pdus_received;
  out["bad_headers"] = d.scanner.bad_headers();
  out["discarded"] = std::move(discarded);
  out["stations"] = std::move(stations);
  return out;
}

}  // namespace longwire::s5066
