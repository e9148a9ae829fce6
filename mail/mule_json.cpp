#include "mail/mule_json.hpp"

#include "base/text.hpp"

#include <boost/json/array.hpp>

namespace longwire::mail {

namespace {

namespace json = boost::json;

json::array strings(const std::vector<std::string>& list) {
  json::array out;
  for (const auto& s : list) out.emplace_back(s);
  return out;
}

const char* keyword(Body body) {
  switch (body) {
    case Body::seven_bit:
      return "7BIT";
    case Body::eight_bit:
      return "8BITMIME";
    case Body::binary:
      return "BINARYMIME";
  }
  return "";
}

json::array notify_json(const Notify& n) {
  json::array out;
  if (n.never) out.emplace_back("NEVER");
  if (n.success) out.emplace_back("SUCCESS");
  if (n.failure) out.emplace_back("FAILURE");
  if (n.delay) out.emplace_back("DELAY");
  return out;
}

json::object recipient_json(const Recipient& r) {
  json::object out{{"address", r.address}};
  if (r.notify) out["notify"] = notify_json(*r.notify);
  if (!r.orcpt.empty()) out["orcpt"] = r.orcpt;
  if (!r.other.empty()) out["other"] = strings(r.other);
  return out;
}

}  // namespace

json::object to_json(const MulePayload& decoded) {
  const auto& e = decoded.envelope;
  json::object out{{"from", e.from}};
  if (e.mt_priority) out["mt_priority"] = *e.mt_priority;
  if (e.size) out["size"] = *e.size;
  out["body"] = keyword(e.body);
  if (e.ret != Ret::unset) out["ret"] = e.ret == Ret::full ? "FULL" : "HDRS";
  if (!e.envid.empty()) out["envid"] = e.envid;
  if (e.by)
    out["by"] =
        json::object{{"seconds", e.by->seconds}, {"mode", e.by->return_if_late ? "R" : "N"}, {"trace", e.by->trace}};
  if (!e.auth.empty()) out["auth"] = e.auth;
  if (!e.other.empty()) out["other"] = strings(e.other);
  json::array recipients;
  for (const auto& r : e.recipients) recipients.emplace_back(recipient_json(r));
  out["recipients"] = std::move(recipients);
  out["message_octets"] = decoded.message.size();
  const auto text = as_text(decoded.message);
  if (is_utf8(text)) out["message"] = text;
  else out["message_hex"] = to_hex(decoded.message);
  return out;
}

}  // namespace longwire::mail
