// The names of everything the node reports (action::Report::name). One table: logs, metrics, the
// simulator's trace and the tests use these words.
#pragma once

#include <string_view>

namespace longwire::engine {

namespace level {
inline constexpr std::string_view debug = "debug";
inline constexpr std::string_view info = "info";
inline constexpr std::string_view notice = "notice";
inline constexpr std::string_view warning = "warning";
inline constexpr std::string_view alert = "alert";
}  // namespace level

namespace events {
// --- messages
inline constexpr std::string_view message_accepted = "message_accepted";  // submitted here, relayed here or a report
inline constexpr std::string_view message_refused = "message_refused";    // SMTP 4yz / 5yz, with the reply
inline constexpr std::string_view message_received = "message_received";  // over a bearer, stored
inline constexpr std::string_view message_closed = "message_closed";      // every recipient has its final state
inline constexpr std::string_view message_held = "message_held";
inline constexpr std::string_view message_released = "message_released";
inline constexpr std::string_view message_cancelled = "message_cancelled";
inline constexpr std::string_view duplicate_suppressed = "duplicate_suppressed";
inline constexpr std::string_view not_for_us = "not_for_us";  // RFC 8494 3 step 3
inline constexpr std::string_view loop_detected = "loop_detected";
inline constexpr std::string_view payload_discarded = "payload_discarded";  // RFC 8494 5.1
inline constexpr std::string_view unsupported_content = "unsupported_content";
inline constexpr std::string_view unknown_dictionary = "unknown_dictionary";  // kept, its sender is told
inline constexpr std::string_view dictionary_refused = "dictionary_refused";  // by a peer: it gets zlib
inline constexpr std::string_view converted = "converted";  // between mail and X.400: what was not mapped
inline constexpr std::string_view conversion_failed = "conversion_failed";  // its sender gets a report
inline constexpr std::string_view x400_report_sent = "x400_report_sent";
inline constexpr std::string_view report_doubtful = "report_doubtful";  // nothing of ours was put into it
inline constexpr std::string_view probe_answered = "probe_answered";
// --- transfers
inline constexpr std::string_view transfer_started = "transfer_started";
inline constexpr std::string_view transfer_acknowledged = "transfer_acknowledged";
inline constexpr std::string_view transfer_failed = "transfer_failed";
inline constexpr std::string_view transfer_closed = "transfer_closed";
inline constexpr std::string_view transfer_refused = "transfer_refused";  // the sender machine would not take it
inline constexpr std::string_view failover = "failover";
inline constexpr std::string_view dmp_not_possible = "dmp_not_possible";  // goes as Annex E over P_MUL, and why
inline constexpr std::string_view peer_unreachable = "peer_unreachable";
inline constexpr std::string_view peer_heard = "peer_heard";
inline constexpr std::string_view peer_emcon = "peer_emcon";
inline constexpr std::string_view coding_learned = "coding_learned";  // a peer decodes coded messages, or does not
inline constexpr std::string_view coding_ignored = "coding_ignored";  // always is set for a peer that does not decode
// --- delivery and reports
inline constexpr std::string_view delivered = "delivered";
inline constexpr std::string_view delivery_deferred = "delivery_deferred";
inline constexpr std::string_view delivery_failed = "delivery_failed";
inline constexpr std::string_view message_expired = "message_expired";
inline constexpr std::string_view dsn_sent = "dsn_sent";
inline constexpr std::string_view dsn_received = "dsn_received";
inline constexpr std::string_view undeliverable_report = "undeliverable_report";  // would have to answer <>
// --- security
inline constexpr std::string_view security_refused = "security_refused";    // label, clearance or profile; the reason
inline constexpr std::string_view message_protected = "message_protected";  // signed or encrypted for a transfer
inline constexpr std::string_view message_opened = "message_opened";        // what its layers were found to be
inline constexpr std::string_view certificate_missing = "certificate_missing";  // of a recipient; as the profile says
inline constexpr std::string_view certificate_expires = "certificate_expires";  // soon, or has expired
inline constexpr std::string_view receipt_sent = "receipt_sent";                // signed, for a user of ours
inline constexpr std::string_view receipt_received = "receipt_received";        // and whether it is good
// --- ACP 127 circuits
inline constexpr std::string_view circuit_up = "circuit_up";
inline constexpr std::string_view circuit_down = "circuit_down";
inline constexpr std::string_view circuit_sent = "circuit_sent";
inline constexpr std::string_view circuit_section = "circuit_section";  // received, others are waited for
inline constexpr std::string_view circuit_held = "circuit_held";        // for the operator: garbled, unknown addressee
inline constexpr std::string_view circuit_desk_full = "circuit_desk_full";
// --- node and bearers
inline constexpr std::string_view recovered = "recovered";
inline constexpr std::string_view emcon_entered = "emcon_entered";
inline constexpr std::string_view emcon_left = "emcon_left";
inline constexpr std::string_view clock_stepped = "clock_stepped";        // the wall clock was set forward
inline constexpr std::string_view emission_blocked = "emission_blocked";  // the gate stopped a datagram
inline constexpr std::string_view minimize_changed = "minimize_changed";
inline constexpr std::string_view bearer_up = "bearer_up";
inline constexpr std::string_view bearer_down = "bearer_down";
inline constexpr std::string_view pdu_rejected = "pdu_rejected";
inline constexpr std::string_view sequence_gap = "sequence_gap";
inline constexpr std::string_view store_failed = "store_failed";
inline constexpr std::string_view alert_raised = "alert_raised";
inline constexpr std::string_view alert_cleared = "alert_cleared";
}  // namespace events

}  // namespace longwire::engine
