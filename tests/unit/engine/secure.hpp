// Fleets with the test policy, keys of the test PKI and messages with labels.
#pragma once

#include "fleet.hpp"
#include "tests/unit/vectors.hpp"

#include <memory>
#include <string>
#include <vector>

namespace longwire::engine {

inline security::FileContent test_file(const std::string& name) { return {name, test::read_vector("cms/" + name)}; }
inline security::ClearanceText clearance(std::string words) { return {std::move(words), {}}; }
inline security::ClearanceText clearance_file(const std::string& name) {
  return {"file:" + name, test::read_vector("cms/labels/der/" + name + ".der")};
}
inline const std::string everything = "TOP SECRET/Sensitivity:CRYPTO,MEDICAL,PERSONNEL/Releasable To:GBR,DNK,NOR";

inline void with_policy(Config& c) {
  c.security.spifs = {test_file("labels/spif-test.xml")};
  c.security.clearances.push_back({"*", clearance(everything)});
}

inline void with_key(Config& c, const std::string& name) {
  security::KeyConfig key;
  key.certificate = test_file("pki/" + name + ".crt");
  key.key = {name + ".key", std::make_shared<const crypto::Secret>(test::read_vector("cms/pki/" + name + ".key"))};
  c.security.keys.push_back(std::move(key));
  c.security.trust = {test_file("pki/ca.crt")};
}

// As an operator imports it.
void import_certificate(Fleet& fleet, const std::string& at, const std::string& name,
                        const std::vector<std::string>& addresses = {});

// The line of a header, with its line end.
std::string sio_label(const std::string& label_id);

struct Mail {
  std::string from{}, subject = "A plain subject", label{}, body = "The words inside.";
  std::vector<std::string> to{};
  std::string orcpt{};  // of every recipient
  std::string more{};   // further header lines
};
smtp::Reply submit(Fleet& fleet, const std::string& at, const Mail& mail);

// Mails of a ship's users that hold the text.
std::vector<std::string> mails_to(const Ship& ship, const std::string& address);

}  // namespace longwire::engine
