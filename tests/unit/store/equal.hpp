// Whole rows as text, so that a test compares every field and a failure shows which one differs.
#pragma once

#include "base/ids.hpp"
#include "base/text.hpp"
#include "node/store/store.hpp"

#include <sstream>
#include <string>

namespace longwire::store::test {

inline void put(std::ostream& out, const std::vector<std::string>& words) {
  out << words.size();
  for (const auto& word : words) out << ' ' << to_hex(as_bytes(word));
}

inline std::string dump(const RecipientRow& r) {
  std::ostringstream out;
  out << r.recipient.address << " orcpt=" << r.recipient.orcpt << " other=";
  put(out, r.recipient.other);
  if (const auto& n = r.recipient.notify) out << " notify=" << n->never << n->success << n->failure << n->delay;
  out << " state=" << to_string(r.state) << " hop=" << r.next_hop << " status=" << r.status << " text=" << r.text
      << " attempts=" << r.attempts << " next=" << r.next_attempt.time_since_epoch().count()
      << " delayed=" << r.delay_reported << " number=" << r.x400_number;
  return out.str();
}

inline std::string dump(const MessageRow& m) {
  const auto& e = m.envelope;
  std::ostringstream out;
  out << m.id << ' ' << m.tracking_id << " from=" << e.from << " ret=" << static_cast<int>(e.ret)
      << " envid=" << e.envid << " priority=" << (e.mt_priority ? std::to_string(*e.mt_priority) : "-")
      << " body=" << static_cast<int>(e.body) << " size=" << (e.size ? std::to_string(*e.size) : "-")
      << " auth=" << e.auth << " other=";
  put(out, e.other);
  if (e.by) out << " by=" << e.by->seconds << e.by->return_if_late << e.by->trace;
  out << " accepted=" << m.accepted.time_since_epoch().count() << " expiry=" << m.expiry.time_since_epoch().count()
      << " deliver_by=" << (m.deliver_by ? m.deliver_by->time_since_epoch().count() : -1) << " held=" << m.held
      << " origin=" << m.origin << " peer=" << to_string(m.from_peer) << " message_id=" << m.message_id
      << " subject=" << to_hex(as_bytes(m.subject)) << " octets=" << m.octets << " form=" << static_cast<int>(m.form)
      << " label=" << (m.label ? to_hex(encode_label(*m.label)) : "-") << " protection=" << m.protection << " verdict=";
  put(out, m.verdict);
  out << "\n";
  for (const auto& r : m.rows) out << "  " << dump(r) << "\n";
  return out.str();
}

inline std::string dump(const acp142::Runs& runs) {
  std::ostringstream out;
  for (const auto& run : runs) out << run.first << '-' << run.last << ' ';
  return out.str();
}

inline std::string dump(const TransferRow& t) {
  std::ostringstream out;
  out << t.pmul_message_id << ' ' << t.bearer << ' ' << t.message << ' ' << t.outgoing.message_id
      << " priority=" << int{t.outgoing.priority} << " expiry=" << t.outgoing.expiry.time_since_epoch().count()
      << " group=" << (t.outgoing.group ? to_string(*t.outgoing.group) : "-") << " octets=" << to_hex(t.outgoing.octets)
      << " fragment=" << t.state.fragment_octets << " started=" << t.state.started
      << " repeats=" << t.state.emcon_repeats << "\n";
  for (const auto& d : t.outgoing.destinations)
    out << "  to " << to_string(d.id) << ' ' << d.message_sequence_number << "\n";
  for (const auto& s : t.state.destinations)
    out << "  state " << to_string(s.id) << ' ' << s.done << s.failed << s.heard << ' ' << dump(s.acked) << "\n";
  for (const auto& c : t.carried) {
    out << "  carried " << to_string(c.destination);
    for (const auto index : c.recipients) out << ' ' << index;
    out << "\n";
  }
  return out.str();
}

inline std::string dump(const acp142::ReceptionState& s) {
  std::ostringstream out;
  out << to_string(s.key.source) << ' ' << s.key.message_id << " expiry=" << s.expiry.time_since_epoch().count()
      << " priority=" << int{s.priority} << " total=" << s.total << " sequence=" << s.message_sequence_number
      << " delivered=" << s.delivered << " owed=" << s.ack_owed << "\n";
  for (const auto id : s.destinations) out << "  to " << to_string(id) << "\n";
  for (const auto& f : s.fragments) out << "  " << f.sequence << ' ' << to_hex(f.octets) << "\n";
  return out.str();
}

}  // namespace longwire::store::test
