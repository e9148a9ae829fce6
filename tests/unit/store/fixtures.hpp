// Rows with every field set to something else than its default, and a folder that goes away.
#pragma once

#include "node/store/store.hpp"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace longwire::store::test {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    auto pattern = (std::filesystem::temp_directory_path() / "longwire-store-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
    path_ = pattern;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string file(const std::string& name = "longwire.db") const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

inline MessageRow full_message(const std::string& tracking_id) {
  MessageRow m;
  m.tracking_id = tracking_id;
  m.envelope.from = "captain@ship-a.example";
  m.envelope.ret = mail::Ret::headers;
  m.envelope.envid = "QQ+2B314159";
  m.envelope.mt_priority = -4;
  m.envelope.body = mail::Body::binary;
  m.envelope.by = mail::DeliverBy{-120, false, true};
  m.envelope.size = 1234;
  m.envelope.auth = "e+3Dmc2@ship-a.example";
  m.envelope.other = {"X-ONE=1", "", "X TWO=%41\n"};
  m.accepted = from_unix(1'763'000'000) + Duration{17};
  m.expiry = never;
  m.deliver_by = from_unix(1'763'000'600);
  m.held = true;
  m.origin = "smtp 127.0.0.1";
  m.from_peer = PmulId{0xFF00'0001};
  m.message_id = "<1@ship-a.example>";
  m.subject = "Position \xC3\xA9\xFF\x01";
  m.octets = 5;
  m.form = Form::p1;
  RecipientRow first;
  first.recipient = {"a@shore.example", mail::Notify{false, true, true, false}, "rfc822;a+2Bb@shore.example", {"Y=2"}};
  first.state = RecipientState::in_transfer;
  first.next_hop = "shore";
  first.status = "4.4.1";
  first.text = "no answer yet";
  first.attempts = 3;
  first.next_attempt = from_unix(1'763'000'100);
  first.delay_reported = true;
  first.x400_number = 32'767;
  RecipientRow second;
  second.recipient.address = "b@ship-a.example";
  second.recipient.notify = mail::Notify{.never = true};
  RecipientRow third;
  third.recipient.address = "c@ship-a.example";
  third.recipient.notify = mail::Notify{};
  m.rows = {first, second, third};
  m.label = SecurityLabel{"1.3.6.1.4.1.99999.4406.1", 4, "TEST SECRET", {{"2.16.840.1.101.2.1.8.3.0", {4, 1, 7}}}};
  m.protection = "signed encrypted";
  m.verdict = {"encrypted for gateway@hub.example", "signature of alice@alpha.example good"};
  return m;
}

inline MessageRow small_message(const std::string& tracking_id) {
  MessageRow m;
  m.tracking_id = tracking_id;
  m.accepted = from_unix(1000);
  m.rows.resize(1);
  m.rows[0].recipient.address = "a@b.example";
  return m;
}

inline TransferRow full_transfer(std::uint32_t id, std::uint64_t message) {
  TransferRow t;
  t.pmul_message_id = id;
  t.bearer = "satcom";
  t.message = message;
  t.outgoing.message_id = id;
  t.outgoing.priority = 2;
  t.outgoing.expiry = from_unix(1'763'001'000);
  t.outgoing.group = Ipv4{0xEF42'0001};
  t.outgoing.destinations = {{PmulId{30}, 7}, {PmulId{10}, 8}, {PmulId{0xFFFF'FFFF}, 0xFFFF'FFFF}};
  t.outgoing.octets = {0, 1, 2, 0xFF};
  t.state.fragment_octets = 1384;
  t.state.started = true;
  t.state.emcon_repeats = 2;
  t.state.destinations = {{PmulId{30}, false, false, true, {{0, 17}, {19, 19}, {65535, 65535}}},
                          {PmulId{10}, true, false, true, {}},
                          {PmulId{0xFFFF'FFFF}, false, true, false, {}}};
  t.carried = {{PmulId{30}, {0, 2}}, {PmulId{10}, {}}};
  return t;
}

inline acp142::notice::ReceptionOpened full_reception(acp142::ReceptionKey key) {
  return {key, from_unix(1'763'002'000), 4, 3, 99, {PmulId{1}, PmulId{0xC000'0201}}};
}

}  // namespace longwire::store::test
