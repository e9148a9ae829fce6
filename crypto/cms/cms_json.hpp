// CMS objects as JSON, for `longwire decode cms`.
#pragma once

#include "crypto/cms/content_info.hpp"
#include "crypto/cms/enveloped_data.hpp"

#include <boost/json/object.hpp>
#include <functional>

namespace longwire::crypto::cms {

// How a security label is shown; crypto/labels can say more of its categories than this folder.
using LabelJson = std::function<boost::json::object(const SecurityLabel&)>;
boost::json::object label_json(const SecurityLabel& label);

// A whole ContentInfo and what is inside of it, as far as it can be read without keys. Members by the ASN.1 names in
// snake_case, those that are absent left out:
//   {"content_type": "signed_data", "content": {"version": 1, "digest_algorithms": ["sha256"], "encap_content_info":
//    {"e_content_type": "data", "e_content": {"octets": 132, "text": "..."}}, "certificates": [{"subject": "...",
//    ...}], "signer_infos": [{"version": 1, "sid": {...}, "digest_algorithm": ..., "signed_attrs": [...], ...}]}}
// Types and algorithms that are known have their names, others are dotted. Octets are hex, times
// "2026-11-21T12:00:00Z". Inner content of a CMS type stands as "content" beside its octets; text that is UTF-8 as
// "text". Layers beyond limits::cms_json_depth and faulty inner layers are shown as hex. Errors: those of the outermost
// structure.
Result<boost::json::object> content_info_json(ByteView content_info, const LabelJson& label = label_json);

boost::json::object certificate_json(const Certificate& certificate);

}  // namespace longwire::crypto::cms
