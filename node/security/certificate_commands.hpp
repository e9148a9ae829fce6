// `longwire cert`: what the daemon answers.
//
//   {"command": "cert", "action": "import", "certificates": ["base64 of DER", ...], "addresses": ["a@b", ...],
//    "force": false}    imported[{address..., as in list}], skipped[{subject, fingerprint, reason, text}]
//     "addresses" may be left out: those in the certificate. ok is false when one was refused; a CA beside other
//     certificates is passed over, since only certificates of somebody are kept by address.
//   {"command": "cert", "action": "list", "which": "address or fingerprint", "limit": 200}
//     certificates[{address, source, forced, preferred, first_seen, last_seen, signing_time|null, capabilities[...],
//                   trust, trust_text, and what certificate_json.hpp says}], total
//   {"command": "cert", "action": "show", "which": "..."}    the same; not ok if there is none
//   {"command": "cert", "action": "remove", "which": "..."}  removed
#pragma once

#include "node/security/certificate_book.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace longwire::security {

struct CertificateAnswer {
  boost::json::object answer;
  std::string audit;  // what was changed; empty: nothing
};
CertificateAnswer certificate_command(CertificateBook& book, const boost::json::object& request, Time now);

}  // namespace longwire::security
