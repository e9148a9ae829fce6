// Unidata, the receiving side (A.3.2.4 (17)-(27)).
#include "base/limits.hpp"
#include "bearers/s5066/unidata.hpp"

#include <algorithm>

namespace longwire::s5066 {

namespace {

bool arq(Service s) { return s == Service::arq || s == Service::expedited_arq; }
bool expedited(Service s) { return s == Service::expedited_arq || s == Service::expedited_non_arq; }

using Blocks = std::vector<std::pair<std::uint16_t, std::uint16_t>>;

// Blocks of the S_PDU as blocks of its U_PDU (A.2.1.9 (10)-(15)).
std::vector<Block> of_u_pdu(const Blocks& blocks, std::size_t header) {
  std::vector<Block> out;
  for (const auto& [at, size] : blocks) {
    const std::size_t begin = std::max<std::size_t>(at, header), end = std::size_t{at} + size;
    if (begin < end)
      out.push_back({static_cast<std::uint16_t>(begin - header), static_cast<std::uint16_t>(end - begin)});
  }
  return out;
}

bool touches(const Blocks& blocks, std::size_t header) {
  return std::any_of(blocks.begin(), blocks.end(), [&](const auto& b) { return b.first < header && b.second > 0; });
}

}  // namespace

void Unidata::on_data(const ca::Received& in, DataSPdu pdu, Time now) {
  const boost::json::object from{{"peer", to_string(in.from)}};
  const auto header = data_s_pdu_header(pdu.time_to_die.has_value());
  if (in.with_errors && (touches(in.errored, header) || touches(in.missing, header))) {
    log_.count("notice", "s_pdu_discarded", "bad_header", from);
    return;
  }
  if (pdu.time_to_die && from_time_to_die(*pdu.time_to_die, now) < now) {  // A.3.1.1 (18)
    log_.count("notice", "s_pdu_discarded", "ttl_expired", from);
    return;
  }
  auto* to = clients_.at_sap(pdu.dest_sap);
  const bool delivered = to != nullptr && indicate(*to, in, pdu);
  if (to == nullptr) log_.count("notice", "s_pdu_discarded", "sap_not_bound", from);
  if (pdu.client_confirm && arq(in.service)) answer(in, pdu, delivered, now);
}

bool Unidata::indicate(ClientSession& to, const ca::Received& in, DataSPdu& pdu) {
  const auto header = data_s_pdu_header(pdu.time_to_die.has_value());
  const bool tolerant = to.binding()->service.mode == TransmissionMode::non_arq_with_errors;
  if (in.with_errors && !tolerant) return false;
  UnidataIndication out;
  out.expedited = expedited(in.service);  // A.3.2.4 (23)(24)
  out.priority = out.expedited ? 0 : pdu.priority;
  out.dest_sap = pdu.dest_sap;
  out.dest = in.dest;
  out.source_sap = pdu.source_sap;
  out.source = in.from;
  // D_PDUs 7 and 8 do not tell whether errors are allowed: the receiving client's binding does.
  out.mode = arq(in.service) ? TransmissionMode::arq
             : tolerant      ? TransmissionMode::non_arq_with_errors
                             : TransmissionMode::non_arq;
  if (out.mode == TransmissionMode::non_arq_with_errors) {
    out.errored = of_u_pdu(in.errored, header);
    out.non_received = of_u_pdu(in.missing, header);
  }
  out.u_pdu = pdu.u_pdu;
  to.post(out);
  if (to.overflowed()) return false;
  ++delivered_;
  return true;
}

void Unidata::answer(const ca::Received& in, const DataSPdu& pdu, bool delivered, Time now) {
  const auto expiry = pdu.time_to_die ? from_time_to_die(*pdu.time_to_die, now) : now + config_.confirm_timeout;
  SPdu reply;
  if (delivered) reply = DeliveryConfirm{pdu.source_sap, pdu.dest_sap, part(pdu.u_pdu)};
  else reply = DeliveryFail{1, pdu.source_sap, pdu.dest_sap, part(pdu.u_pdu)};
  submit_own(in.from, in.service, reply, expiry);
}

// S_PDUs 1 and 2 name the U_PDU by its first octets: the oldest that begins so is meant. A part that
// is empty names an empty U_PDU, or anything when the far node returns no octets at all.
const UPduJob* Unidata::named(Address from, std::uint8_t source_sap, std::uint8_t dest_sap, ByteView part) const {
  const UPduJob* any = nullptr;
  for (const auto& [id, job] : jobs_) {
    if (job.confirmation != Confirmation::client || job.dest != from || job.transfers == 0) continue;
    if (job.source_sap != source_sap || job.dest_sap != dest_sap) continue;
    const auto u_pdu = job.u_pdu();
    if (part.empty() && !u_pdu.empty()) {
      if (any == nullptr) any = &job;
    } else if (part.size() <= u_pdu.size() && std::equal(part.begin(), part.end(), u_pdu.begin())) {
      return &job;
    }
  }
  return any;
}

void Unidata::on_delivery(Address from, std::uint8_t source_sap, std::uint8_t dest_sap, ByteView part,
                          std::optional<std::uint8_t> fail_reason) {
  const auto* job = named(from, source_sap, dest_sap, part);
  if (job == nullptr) {
    log_.count("notice", "s_pdu_discarded", "unknown_delivery", {{"peer", to_string(from)}});
    return;
  }
  // It may come before the last acknowledgement of the data transfer sublayer: no matter.
  if (!fail_reason) finish(job->id, std::nullopt);
  else finish(job->id, *fail_reason == 1 ? unidata_reason::sap_not_bound : unidata_reason::not_responding);
}

}  // namespace longwire::s5066
