// Coded P_MUL for scripts that hold it against other implementations.
//   coded_probe group SEED LOSS OCTETS MAX_PDU half|full
//     One message from station 0 to 1, which decodes, and to 2, with which coding is off. One JSON object a line: each
//     PDU on the air with the stations that it reached, and last the message.
//   coded_probe receive
//     A receiver. In: a PDU in hex a line, or "wait SECONDS". Out: for each line what came of it.
#include "acp142/entity.hpp"
#include "acp142/pdu.hpp"
#include "base/text.hpp"
#include "tests/unit/acp142/virtual_channel.hpp"

#include <boost/json.hpp>

#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>

namespace {

using namespace longwire;
using namespace longwire::acp142;
using longwire::acp142::testing::station_address;
using longwire::acp142::testing::station_id;
using longwire::acp142::testing::VirtualChannel;
namespace json = boost::json;

constexpr std::size_t stations = 3, standard = 2;

BearerTiming timing(bool half, std::size_t max_pdu) {
  using std::chrono::milliseconds;
  BearerTiming bearer;
  if (half) bearer = {9600, true, milliseconds{2000}, milliseconds{20}, max_pdu, 28, Duration{0}};
  else bearer.latency = milliseconds{300};
  bearer.max_pdu = max_pdu;
  return bearer;
}

// The PDU that is on the air, until all that it reaches are known.
class Recorder {
 public:
  Recorder(VirtualChannel& channel, const BearerTiming& bearer, double loss, std::uint64_t seed)
      : channel_(channel), bearer_(bearer), loss_(loss), rng_(seed) {}

  void on_air(std::size_t from, const Frame& frame) {
    flush();
    pdu_ = json::object{{"at", (channel_.now() - Time{}) / std::chrono::microseconds{1}},
                        {"arrives", (channel_.now() - Time{} + bearer_.latency +
                                     air_time(frame.octets.size() + bearer_.overhead, bearer_.rate_bps)) /
                                        std::chrono::microseconds{1}},
                        {"from", from},
                        {"to", longwire::to_string(frame.to)},
                        {"octets", to_hex(frame.octets)},
                        {"reached", json::array{}}};
  }
  bool lost(std::size_t to) {
    if (rng_.chance(loss_)) return true;
    pdu_->at("reached").as_array().push_back(to);
    return false;
  }
  void flush() {
    if (pdu_) std::cout << *pdu_ << "\n";
    pdu_.reset();
  }

 private:
  VirtualChannel& channel_;
  BearerTiming bearer_;
  double loss_;
  Rng rng_;
  std::optional<json::object> pdu_;
};

int group(std::uint64_t seed, double loss, std::size_t octets, std::size_t max_pdu, bool half) {
  VirtualChannel channel({timing(half, max_pdu), 0}, seed);
  channel.coding = [](std::size_t at, std::size_t peer) {
    return at == standard || peer == standard ? Coding::off : Coding::always;
  };
  channel.add_stations(stations, {}, seed, loss / 4);  // less than there is: there will be questions
  Recorder recorder(channel, timing(half, max_pdu), loss, seed);
  channel.on_air = [&](std::size_t from, const Frame& frame) { recorder.on_air(from, frame); };
  channel.drop = [&](std::size_t, std::size_t to, const Frame&) { return recorder.lost(to); };
  Outgoing message;
  message.message_id = 7;
  message.expiry = Time{} + std::chrono::hours{24};
  message.group = acp142::testing::group_address;
  Rng rng(seed);
  message.octets.resize(octets);
  for (auto& octet : message.octets) octet = static_cast<std::uint8_t>(rng.next());
  for (std::size_t i = 1; i < stations; ++i) message.destinations.push_back({station_id(i), 1});
  if (!channel.entity(0).send(message, Time{}).empty()) return 1;
  channel.run(Time{} + std::chrono::hours{20});
  recorder.flush();
  json::array delivered;
  for (std::size_t i = 1; i < stations; ++i)
    for (const auto& [key, copies] : channel.station(i).received)
      for (const auto& copy : copies)
        if (copy.second == message.octets) delivered.push_back(i);
  std::cout << json::object{{"message", to_hex(message.octets)}, {"delivered", std::move(delivered)}} << "\n";
  return 0;
}

int receive() {
  Peer peer;
  peer.id = station_id(0);
  peer.coding = Coding::always;
  Entity entity(station_id(1), timing(false, 1472), {}, {peer}, 1);
  Time now = from_unix(1'700'000'000);
  for (std::string line; std::getline(std::cin, line);) {
    json::array received, rejected, sent;
    if (line.rfind("wait ", 0) == 0) {
      now += std::chrono::seconds{std::atoi(line.c_str() + 5)};
    } else {
      const auto octets = from_hex(line);
      if (!octets) return 1;
      entity.on_frame(*octets, station_address(0), now);
    }
    for (auto notices = entity.take_notices(); !notices.empty(); notices = entity.take_notices())
      for (const auto& notice : notices) {
        if (const auto* r = std::get_if<notice::Rejected>(&notice)) rejected.push_back(json::value(r->reason));
        const auto* message = std::get_if<notice::Received>(&notice);
        if (message == nullptr) continue;
        received.push_back(json::value(to_hex(message->octets)));
        entity.accept(message->key, now);
      }
    while (const auto frame = entity.poll_transmit(now)) {
      sent.push_back(json::value(to_hex(frame->octets)));
      entity.transmitted(now);
    }
    std::cout << json::object{{"received", received}, {"rejected", rejected}, {"sent", sent}} << std::endl;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "receive" && argc == 2) return receive();
  if (mode == "group" && argc == 7)
    return group(std::strtoull(argv[2], nullptr, 10), std::atof(argv[3]), std::strtoull(argv[4], nullptr, 10),
                 std::strtoull(argv[5], nullptr, 10), std::string(argv[6]) == "half");
  std::cerr << "usage: coded_probe group SEED LOSS OCTETS MAX_PDU half|full | coded_probe receive\n";
  return 2;
}
