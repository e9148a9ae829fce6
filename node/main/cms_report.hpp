// What `longwire cms` found, for people and as JSON.
#pragma once

#include "crypto/labels/policy.hpp"
#include "crypto/smime/layers.hpp"

#include <boost/json/object.hpp>

namespace longwire::commands {

struct CmsReport {
  bool good = false;                         // the exit code
  std::string content_type;                  // OID of the content
  std::optional<Bytes> output;               // for --out; unset: nothing may go out
  std::vector<crypto::smime::Layer> layers;  // from the outside in; none for what writes
  bool path_verified = false;                // against --trust
  bool complete = true;                      // nothing protected is left
};

bool is_good(const crypto::smime::Layer& layer);
boost::json::object to_json(const std::string& operation, const CmsReport& report,
                            const crypto::labels::Policies& policies);
std::string to_text(const CmsReport& report, const crypto::labels::Policies& policies);

}  // namespace longwire::commands
