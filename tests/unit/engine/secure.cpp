#include "secure.hpp"

#include "base/base64.hpp"
#include "mail/parameters.hpp"

#include <algorithm>

namespace longwire::engine {

void import_certificate(Fleet& fleet, const std::string& at, const std::string& name,
                        const std::vector<std::string>& addresses) {
  const auto der = test::read_vector("cms/pki/" + name + ".der");
  boost::json::object request{{"command", "cert"},
                              {"action", "import"},
                              {"certificates", boost::json::array{boost::json::value(base64_encode(der))}}};
  if (!addresses.empty()) request["addresses"] = boost::json::array(addresses.begin(), addresses.end());
  const auto answer = fleet.command(at, request);
  EXPECT_TRUE(answer.at("ok").as_bool()) << boost::json::serialize(answer);
}

std::string sio_label(const std::string& label_id) {
  const auto der = test::read_vector("cms/labels/der/" + label_id + ".der");
  return "SIO-Label: marking=\"" + label_id + "\";\r\n type=\":ess\"; label=\"" + base64_encode(der) + "\"\r\n";
}

smtp::Reply submit(Fleet& fleet, const std::string& at, const Mail& mail) {
  static int number = 0;
  mail::Envelope envelope;
  envelope.from = mail.from;
  std::string to;
  for (const auto& address : mail.to) {
    mail::Recipient r;
    r.address = address;
    if (!mail.orcpt.empty()) r.orcpt = "rfc822;" + mail.orcpt;
    envelope.recipients.push_back(std::move(r));
    to += (to.empty() ? "" : ", ") + address;
  }
  const auto text = "From: " + mail.from + "\r\nTo: " + to + "\r\nSubject: " + mail.subject +
                    "\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\nMessage-ID: <s" + std::to_string(++number) + "@" +
                    at + ".example>\r\n" + (mail.label.empty() ? "" : sio_label(mail.label)) + mail.more + "\r\n" +
                    mail.body + "\r\n";
  return fleet.submit(at, std::move(envelope), text);
}

std::vector<std::string> mails_to(const Ship& ship, const std::string& address) {
  std::vector<std::string> out;
  for (const auto& d : ship.mailbox)
    if (d.recipient == address) out.push_back(d.octets);
  return out;
}

}  // namespace longwire::engine
