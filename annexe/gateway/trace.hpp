// Trace: X.411 trace and internal trace <-> X400-Received, Received to trace (RFC 2156 5.1.6, 5.3.7).
#pragma once

#include "annexe/gateway/gateway.hpp"
#include "mail/message.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace longwire::gateway {

// "by mta "NAME" in /PRMD=../ADMD=../C=../; Relayed; date", newest first. Of the internal trace no more elements are
// shown than a trace may have.
std::vector<std::string> x400_received(const x400::MessageEnvelope& envelope, std::vector<std::string>& notes);

struct ReadTrace {
  x400::TraceElement element;
  std::string mta;  // may be empty
};
std::optional<ReadTrace> parse_x400_received(std::string_view unfolded);

// The trace of a message that comes from the mail side, oldest first; the element of the conversion is the last.
std::vector<x400::TraceElement> trace_of(const mail::HeaderView& header, const x400::Eits& converted,
                                         const Settings& settings, Time now);

// The value of the Received field of a conversion towards mail.
std::string mixer_received(const Settings& settings, Time now);

// More than five conversions in one direction are a loop.
bool converted_too_often(const std::vector<x400::TraceElement>& trace);

// "/PRMD=../ADMD=../C=../"
std::string to_text(const x400::GlobalDomainId& domain);

}  // namespace longwire::gateway
