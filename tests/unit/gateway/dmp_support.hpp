// Users with DMP numbers, a message that fits, and the two ways between X.400 and DMP.
#pragma once

#include "tests/unit/gateway/fixtures.hpp"

namespace longwire::gateway::test {

inline Settings with_users() {
  auto config = settings().addresses.config();
  UserEntry ops;  // known by its address alone
  ops.address = "ops@hq.example";
  ops.dmp = 5;
  config.users.push_back(ops);
  UserEntry far;
  far.address = "duty@tor.example";
  far.or_name = name("/S=Duty/O=KNM TOR/PRMD=SHIP/ADMD= /C=NO/");
  far.dmp = 9000;
  config.users.push_back(far);
  auto out = settings();
  out.addresses = AddressMap(config);
  return out;
}

inline x400::OrName bridge() { return name("/CN=Bridge/O=KNM TOR/PRMD=SHIP/ADMD= /C=NO/"); }
inline x400::OrName ops() { return with_users().addresses.to_or("ops@hq.example").value(); }
inline x400::OrName duty() { return name("/S=Duty/O=KNM TOR/PRMD=SHIP/ADMD= /C=NO/"); }
inline x400::OrName stranger() { return name("/S=Per/O=HNOMS NANSEN/PRMD=SHIP/ADMD= /C=NO/"); }

struct Made {
  x400::MessageEnvelope envelope;
  x400::Ipm ipm;

  x400::Message message() const { return {envelope, x400::encode_p772(ipm)}; }
  x400::RecipientSpecifier& add(const x400::OrName& who, int number, bool action = true) {
    x400::Recipient r;
    r.name = who;
    r.number = number;
    envelope.recipients.push_back(r);
    x400::RecipientSpecifier spec;
    spec.recipient.formal = who;
    auto& list = action ? ipm.heading.primary : ipm.heading.copy;
    list.push_back(spec);
    return list.back();
  }
};

inline Made plain(bool military = true) {
  Made out;
  auto& e = out.envelope;
  e.id = {{"NO", " ", "GW"}, "Q1.0001"};
  e.originator = ops();
  if (military) e.content_type.oid = x400::content_p772_oid;
  else e.content_type.number = x400::content_p22;
  x400::TraceElement t;
  t.domain = e.id.domain;
  t.arrival = noon() - std::chrono::minutes{3};
  e.trace = {t};
  auto& h = out.ipm.heading;
  h.originator.emplace();
  h.originator->formal = ops();
  h.this_id = to_ipm_id("<1.2@hq.example>", with_users());
  h.subject = "CONTACT";
  out.ipm.body = {x400::body::Ia5{"ENEMY IN SIGHT\r\n", 5}};
  out.add(bridge(), 1);
  if (!military) return out;
  h.mmhs.primary_precedence = 3;
  h.mmhs.message_type = x400::MessageType{0, {}};
  h.mmhs.sics = {"ABC", "WXYZ"};
  h.mmhs.authorisation_time = noon() - std::chrono::minutes{17};
  x400::set_precedence(e, Precedence::immediate);
  return out;
}

inline Result<dmp::Pdu> out(const Made& made, int version = 2, std::vector<std::string>* notes = nullptr) {
  const auto m = made.message();
  return to_dmp(ToDmp{m, 4242, 1400, version, noon(), notes}, with_users());
}

// Over the wire and back into a message.
inline x400::Message back(const dmp::Pdu& pdu, Time later = noon() + std::chrono::minutes{5}) {
  const auto octets = dmp::encode(pdu);
  EXPECT_TRUE(octets);
  const auto decoded = dmp::decode(*octets, later);
  EXPECT_TRUE(decoded);
  const auto item = from_dmp(std::get<dmp::Pdu>(*decoded), "R7.4242", later, with_users());
  EXPECT_TRUE(item) << item.error().name << " " << item.error().text;
  const auto apdu = over_the_wire(item->apdu);
  EXPECT_TRUE(apdu) << apdu.error().name << " " << apdu.error().text;
  return std::get<x400::Message>(*apdu);
}

}  // namespace longwire::gateway::test
