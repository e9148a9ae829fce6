// Random S_PRIMITIVEs and D_PDUs for scripts that hold our encoder against other decoders.
//   s5066_probe SEED ROUNDS
// One JSON object a line: layer (sis, dts), octets (hex, made by our encoder), fields (what went in).
#include "base/text.hpp"
#include "bearers/s5066/d_pdu_json.hpp"
#include "bearers/s5066/primitive_json.hpp"
#include "bearers/s5066/udop.hpp"
#include "tests/unit/s5066/random_pdus.hpp"

#include <boost/json.hpp>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

namespace {

using namespace longwire;
using namespace longwire::s5066;

void tell(std::string_view layer, const Bytes& octets, boost::json::object fields) {
  std::cout << boost::json::object{{"layer", layer}, {"octets", to_hex(octets)}, {"fields", std::move(fields)}} << "\n";
}

// A SAP whose U_PDUs are nothing but octets, or RCOP and UDOP with an application nobody knows: random
// octets are no mail, no Ethernet frame and no P_MUL PDU.
void make_readable(UnidataRequest& p, test::RandomPdus& random) {
  constexpr std::array<std::uint8_t, 6> plain{0, 1, 9, 13, 14, 15};
  p.dest_sap = plain[random.below(plain.size())];
  if (!random.rng().chance(0.3)) return;
  p.dest_sap = random.flag() ? sap::rcop : sap::udop;
  p.u_pdu = encode(UdopUnit{random.below(16), random.octet(), random.word(),
                            static_cast<std::uint16_t>(0x8000 | random.word()), random.octets_up_to(300)});
}

void make_readable(UnidataIndication& p, test::RandomPdus& random) {
  p.dest_sap = static_cast<std::uint8_t>(13 + random.below(3));
  // tshark takes two empty lists for the quirk of old nodes and reads the counts twice.
  if (p.mode == TransmissionMode::non_arq_with_errors && p.errored.empty() && p.non_received.empty())
    p.errored.push_back({0, 1});
}

// tshark reads a header of RCOP behind the returned part of SAPs 2, 6 and 7, where there is none.
void make_readable(UnidataConfirm& p, test::RandomPdus&) { p.dest_sap |= 8U; }
void make_readable(UnidataRejected& p, test::RandomPdus&) { p.dest_sap |= 8U; }
template <class P>
void make_readable(P&, test::RandomPdus&) {}

void primitives(test::RandomPdus& random) {
  for (unsigned type = 1; type <= 27; ++type) {
    auto primitive = random.primitive(type);
    std::visit([&](auto& p) { make_readable(p, random); }, primitive);
    tell("sis", encode(primitive), to_json(primitive));
  }
}

void d_pdus(test::RandomPdus& random) {
  for (const auto type : test::all_d_pdu_types) {
    auto pdu = random.d_pdu(type);
    if (auto* p = std::get_if<Management>(&pdu.body)) {
      // tshark looks for the type of an extended message in the flags, where 7 means another message.
      if (p->extended && p->valid) p->ack = false;
    } else if (pdu.eow.type == 7 || pdu.eow.type == 15) {
      --pdu.eow.type;  // these belong into MANAGEMENT (C.5.5, Annex L)
    }
    const auto octets = encode(pdu);
    auto fields = to_json(pdu, {});
    fields["address_octets"] = octets.at(5) >> 5;  // asked for too few, the encoder takes what it needs
    tell("dts", octets, std::move(fields));
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: s5066_probe SEED ROUNDS\n", stderr);
    return 2;
  }
  test::RandomPdus random(std::strtoull(argv[1], nullptr, 10));
  for (auto rounds = std::strtoul(argv[2], nullptr, 10); rounds > 0; --rounds) {
    primitives(random);
    d_pdus(random);
  }
  return 0;
}
