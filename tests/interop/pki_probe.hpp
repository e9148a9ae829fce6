// What the probes that scripts hold against OpenSSL share: requests as JSON, one a line, and the files of the test PKI.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <boost/json.hpp>

#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace longwire::test {

inline Bytes pki_file(const std::string& folder, const std::string& name) {
  std::ifstream in(folder + "/" + name, std::ios::binary);
  if (!in) throw std::invalid_argument("no file " + name);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline boost::json::object error_of(const Error& e) { return {{"error", e.name}, {"text", e.text}}; }

// A Probe is made of the folder of the PKI and gives answer(object) for each request. A wrong request is a mistake of
// the script and ends the program.
template <class Probe>
int answer_lines(int argc, char** argv, const char* program) {
  if (argc != 2) {
    std::cerr << "usage: " << program << " PKI\n";
    return 2;
  }
  try {
    Probe probe(argv[1]);
    for (std::string line; std::getline(std::cin, line);)
      std::cout << boost::json::serialize(probe.answer(boost::json::parse(line).as_object())) << std::endl;
  } catch (const std::exception& e) {
    std::cerr << program << ": " << e.what() << '\n';
    return 2;
  }
  return 0;
}

}  // namespace longwire::test
