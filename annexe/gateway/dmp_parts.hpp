// Pieces of the way between X.400 and DMP, for the dmp_*.cpp files.
#pragma once

#include "annexe/gateway/gateway.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace longwire::gateway::dmp_parts {

Error not_for_dmp(std::string why);

// One property of a message that DMP has no place for.
struct Loss {
  bool there;
  std::string_view what;
};
std::optional<Error> first_loss(std::initializer_list<Loss> losses);

using Notes = std::vector<std::string>;
void note(Notes* notes, std::string what);

// --- addresses: direct numbers where the table has them, else O/R names in BER -------------------------
dmp::Address to_dmp_address(const x400::OrName& name, const AddressMap& map);
// An unknown number becomes a name with the domain defined attribute DMP, so that nothing is lost and a report finds
// its way back. Errors: bad_address.
Result<x400::OrName> from_dmp_address(const dmp::Address& address, const AddressMap& map);
// Direct addressing if that can say everything.
void choose_addressing(dmp::Envelope& envelope);

// --- envelope --------------------------------------------------------------------------------------------
// The times of an envelope of this age can be told by any receiver. Errors: not_for_dmp.
Result<Time> submission_time(const std::vector<x400::TraceElement>& trace, Time now);
x400::MtsId mts_id(std::string local, const Settings& settings);
// The hop count is all that DMP keeps of a trace; each hop is one conversion of it, so that it is counted on through
// mail and X.400.
std::vector<x400::TraceElement> trace(const dmp::Envelope& envelope, const Settings& settings);
// Errors: not_for_dmp: as many as DMP can count; Annex E has a real trace.
Result<std::uint8_t> hops(const std::vector<x400::TraceElement>& trace);
std::optional<Error> check_size(const dmp::Pdu& pdu, std::size_t most);

// --- security ----------------------------------------------------------------------------------------------
Result<dmp::Security> to_security(const std::vector<x400::ExtensionField>& extensions, const Settings& settings);
// nullopt: nothing is marked.
std::optional<SecurityLabel> from_security(const dmp::Security& security);

// --- heading and body ------------------------------------------------------------------------------------
std::optional<Error> check_heading(const x400::Heading& heading, const Settings& settings, Notes* notes);
Result<std::vector<dmp::Recipient>> to_recipients(const x400::MessageEnvelope& envelope, const x400::Heading& heading,
                                                  const AddressMap& map, Notes* notes);
Result<std::uint8_t> to_precedence(const x400::MmhsExtensions& mmhs, Precedence fallback);
Result<std::uint8_t> to_message_type(const std::optional<x400::MessageType>& type);
int from_message_type(std::uint8_t dmp);

// The DTG is a matter of minutes: the seconds of `dtg` are dropped, and what comes out of from_dtg() is the same
// minute, or it is refused. Errors: not_for_dmp.
Result<Duration> to_dtg(Time dtg, Time submission);
Time from_dtg(Duration dtg, Time submission);

Result<dmp::Body> to_body(const std::vector<x400::BodyPart>& parts, std::string_view subject);
std::vector<x400::BodyPart> from_body(const dmp::Body& body, Notes& notes);

// --- reports and notifications-----------------------------------------------------------------------------
Result<dmp::Notification> to_notification(const x400::Ipn& ipn, Time submission, Notes* notes);
x400::Ipn from_notification(const dmp::Notification& n, Time submission, Notes& notes);  // subject is the caller's
Result<x400::Report> from_report(const dmp::Pdu& pdu, std::string local, const Settings& settings);
Result<dmp::Pdu> notification_to_dmp(const ToDmp& in, const x400::Ipn& ipn, const Settings& settings);
// The identifier of a message that has none on the wire, and one that was read.
x400::IpmId made_ipm_id(const dmp::Envelope& envelope, std::string_view mts_local_id, const x400::OrName& user);
x400::IpmId read_ipm_id(const std::string& local, const x400::OrName& user, const Settings& settings, bool military);

}  // namespace longwire::gateway::dmp_parts
