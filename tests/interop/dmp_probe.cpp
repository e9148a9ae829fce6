// Random DMP datagrams for scripts that hold our encoder against other decoders.
//   dmp_probe SEED COUNT
// One JSON object a line: octets (hex, made by our encoder), fields (what went in).
#include "annexe/dmp/dmp_json.hpp"
#include "base/text.hpp"
#include "tests/unit/dmp/random_pdus.hpp"

#include <boost/json.hpp>

#include <cstdio>
#include <cstdlib>
#include <iostream>

int main(int argc, char** argv) {
  using namespace longwire;
  if (argc != 3) {
    std::fputs("usage: dmp_probe SEED COUNT\n", stderr);
    return 2;
  }
  constexpr Time noon = from_unix(1'795'262'400);
  dmp::test::RandomPdus random(std::strtoull(argv[1], nullptr, 10), true);
  for (auto count = std::strtoul(argv[2], nullptr, 10); count > 0; --count) {
    const auto datagram = random.datagram(noon);
    const auto octets = dmp::encode(datagram);
    if (!octets) {
      std::fputs("dmp_probe: a datagram that does not encode\n", stderr);
      return 1;
    }
    std::cout << boost::json::object{{"octets", to_hex(*octets)}, {"fields", dmp::to_json(datagram, noon)}} << "\n";
  }
  return 0;
}
