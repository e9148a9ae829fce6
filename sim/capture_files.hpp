// Which file a capture goes to: a file has one link type.
#pragma once

#include "sim/link_config.hpp"

#include <string>
#include <vector>

namespace longwire::sim {

struct CaptureFiles {
  std::string packets;  // of links that carry IP; empty: none is written
  std::string d_pdus;   // of links of modems
};
// `name` itself, unless there are links of both kinds: then D_PDUs go to NAME.s5066.EXTENSION beside it.
CaptureFiles capture_files(const std::vector<LinkConfig>& links, const std::string& name);

}  // namespace longwire::sim
