// Random PDUs of every kind, for properties that must hold for all of them. A seed repeats a run.
#pragma once

#include "base/rng.hpp"
#include "bearers/s5066/d_pdu.hpp"
#include "bearers/s5066/primitive.hpp"
#include "bearers/s5066/s_pdu.hpp"

#include <algorithm>

namespace longwire::test {

class RandomPdus {
 public:
  explicit RandomPdus(std::uint64_t seed) : rng_(seed) {}

  Rng& rng() { return rng_; }
  std::uint8_t below(unsigned n) { return static_cast<std::uint8_t>(rng_.below(n)); }
  std::uint8_t octet() { return below(256); }
  std::uint16_t word() { return static_cast<std::uint16_t>(rng_.below(65'536)); }
  bool flag() { return rng_.chance(0.5); }
  Bytes octets(std::size_t n) {
    Bytes out(n);
    for (auto& o : out) o = octet();
    return out;
  }
  // Mostly short, now and then none or all.
  Bytes octets_up_to(std::size_t most) {
    const auto kind = rng_.below(10);
    if (kind == 0) return {};
    if (kind == 1) return octets(most);
    return octets(rng_.below(std::min<std::size_t>(most, 60)) + 1);
  }
  // A few bits as well as all 28.
  s5066::Address address(bool may_be_group = false) {
    s5066::Address a;
    a.value = static_cast<std::uint32_t>(rng_.next()) & 0x0FFF'FFFF;
    a.value >>= rng_.below(28);
    a.group = may_be_group && flag();
    return a;
  }

  // --- Annex A; `type` 1-27
  s5066::Primitive primitive(unsigned type);
  // --- A.3.1; `type` 0-7
  s5066::SPdu s_pdu(unsigned type);
  // --- Annex C; `type` 0-8, 15
  s5066::DPdu d_pdu(s5066::DPduType type, std::size_t most_segment = s5066::largest_segment);

 private:
  s5066::Address sized_address(bool may_be_group = false) {
    auto a = address(may_be_group);
    a.half_octets = below(8);
    return a;
  }
  s5066::Link link() { return {below(3), below(4), below(16)}; }
  s5066::DeliveryMode delivery() {
    return {static_cast<s5066::TransmissionMode>(below(16)), static_cast<s5066::Confirmation>(below(4)), flag(),
            below(16), flag()};
  }
  std::vector<s5066::Block> blocks(std::size_t limit) {
    std::vector<s5066::Block> list(rng_.below(5));
    for (auto& block : list) {
      block.pointer = static_cast<std::uint16_t>(rng_.below(limit + 1));
      block.size = static_cast<std::uint16_t>(rng_.below(limit - block.pointer + 1));
    }
    return list;
  }
  s5066::Primitive data_primitive(unsigned type, bool expedited);
  s5066::Segment segment(std::size_t most) { return {octets_up_to(most), true}; }
  s5066::DataPart data_part(std::size_t most) {
    return {flag(), flag(), flag(), flag(), flag(), flag(), octet(), segment(most)};
  }
  s5066::AckPart ack_part() { return {octet(), octets(rng_.below(s5066::most_ack_octets + 1))}; }
  s5066::DPduBody body(s5066::DPduType type, std::size_t most_segment);

  Rng rng_;
};

inline s5066::Primitive RandomPdus::data_primitive(unsigned type, bool expedited) {
  using namespace s5066;
  const std::uint8_t priority = expedited ? 0 : below(16);
  switch (type) {
    case 20:
      return UnidataRequest{expedited,
                            priority,
                            below(16),
                            sized_address(true),
                            delivery(),
                            static_cast<std::uint32_t>(rng_.below(1U << 20)),
                            octets_up_to(general_mtu)};
    case 21: {
      UnidataIndication p;
      p.expedited = expedited;
      p.priority = priority;
      p.dest_sap = below(16);
      p.dest = sized_address(true);
      p.mode = static_cast<TransmissionMode>(below(4));
      p.source_sap = below(16);
      p.source = sized_address();
      p.u_pdu = octets_up_to(broadcast_mtu);
      if (p.mode == TransmissionMode::non_arq_with_errors) {
        p.errored = blocks(p.u_pdu.size());
        p.non_received = blocks(p.u_pdu.size());
      }
      return p;
    }
    case 22:
      return UnidataConfirm{expedited, below(16), sized_address(true), octets_up_to(100)};
    default:
      return UnidataRejected{expedited, below(16), below(16), sized_address(true), octets_up_to(100)};
  }
}

inline s5066::Primitive RandomPdus::primitive(unsigned type) {
  using namespace s5066;
  if (type >= 20) return data_primitive(type >= 24 ? type - 4 : type, type >= 24);
  switch (type) {
    case 1:
      return BindRequest{below(16), below(16), delivery()};
    case 2:
      return UnbindRequest{};
    case 3:
      return BindAccepted{below(16), word()};
    case 4:
      return BindRejected{octet()};
    case 5:
      return UnbindIndication{octet()};
    case 6:
      return HardLinkEstablish{link(), sized_address()};
    case 7:
      return HardLinkTerminate{sized_address()};
    case 8:
      return HardLinkEstablished{octet(), link(), sized_address()};
    case 9:
      return HardLinkRejected{octet(), link(), sized_address()};
    case 10:
      return HardLinkTerminated{octet(), link(), sized_address()};
    case 11:
      return HardLinkIndication{octet(), link(), sized_address()};
    case 12:
      return HardLinkAccept{link(), sized_address()};
    case 13:
      return HardLinkReject{octet(), link(), sized_address()};
    case 14:
      return SubnetAvailability{octet(), octet()};
    case 15:
      return DataFlowOn{};
    case 16:
      return DataFlowOff{};
    case 17:
      return KeepAlive{};
    default:
      return ManagementMessage{type == 19, octet(), octets_up_to(300)};
  }
}

inline s5066::SPdu RandomPdus::s_pdu(unsigned type) {
  using namespace s5066;
  switch (type) {
    case 0: {
      DataSPdu p{below(16), below(16), below(16), flag(), {}, octets_up_to(general_mtu)};
      if (flag()) p.time_to_die = TimeToDie{below(16), static_cast<std::uint16_t>(rng_.below(43'200))};
      return p;
    }
    case 1:
      return DeliveryConfirm{below(16), below(16), octets_up_to(100)};
    case 2:
      return DeliveryFail{below(16), below(16), below(16), octets_up_to(100)};
    case 3:
      return LinkRequest{below(3), below(4), below(16), below(16)};
    case 4:
      return LinkConfirm{};
    case 5:
      return LinkRejected{below(16)};
    case 6:
      return LinkTerminate{below(16)};
    default:
      return LinkTerminateConfirm{};
  }
}

inline s5066::DPduBody RandomPdus::body(s5066::DPduType type, std::size_t most_segment) {
  using namespace s5066;
  switch (type) {
    case DPduType::data_only:
      return DataOnly{data_part(most_segment)};
    case DPduType::ack_only:
      return AckOnly{ack_part()};
    case DPduType::data_ack: {
      auto data = data_part(most_segment);
      return DataAck{std::move(data), ack_part()};
    }
    case DPduType::reset:
      return Reset{flag(), flag(), flag(), flag(), octet(), octet()};
    case DPduType::expedited_data:
      return ExpeditedData{flag(), flag(), below(16), octet(), segment(most_segment)};
    case DPduType::expedited_ack:
      return ExpeditedAck{ack_part()};
    case DPduType::management: {
      Management p{flag(), flag(), octet(), {}};
      if (flag()) p.extended = octets(rng_.below(24));
      return p;
    }
    case DPduType::non_arq:
    case DPduType::expedited_non_arq:
      return NonArq{type == DPduType::expedited_non_arq,
                    static_cast<std::uint16_t>(rng_.below(4096)),
                    flag(),
                    flag(),
                    word(),
                    word(),
                    word(),
                    segment(most_segment)};
    case DPduType::warning:
      return Warning{below(16), below(16)};
  }
  return Warning{};
}

inline s5066::DPdu RandomPdus::d_pdu(s5066::DPduType type, std::size_t most_segment) {
  s5066::DPdu pdu;
  if (flag()) pdu.eow = {below(16), octet()};
  pdu.eot = octet();
  pdu.address_octets = below(8);
  pdu.dest = address();
  pdu.source = address();
  pdu.body = body(type, most_segment);
  if (const auto* p = std::get_if<s5066::NonArq>(&pdu.body)) pdu.dest.group = p->group;
  return pdu;
}

inline constexpr s5066::DPduType all_d_pdu_types[]{s5066::DPduType::data_only,         s5066::DPduType::ack_only,
                                                   s5066::DPduType::data_ack,          s5066::DPduType::reset,
                                                   s5066::DPduType::expedited_data,    s5066::DPduType::expedited_ack,
                                                   s5066::DPduType::management,        s5066::DPduType::non_arq,
                                                   s5066::DPduType::expedited_non_arq, s5066::DPduType::warning};

}  // namespace longwire::test
