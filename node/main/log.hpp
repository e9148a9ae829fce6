// The log: one line on stderr per report.
#pragma once

#include "node/engine/node.hpp"
#include "node/io/report.hpp"

#include <string>
#include <string_view>

namespace longwire::commands {

// "2026-11-21T12:00:00.250Z notice bearer_up bearer=satcom". Values with other than plain characters
// are JSON strings, so that no mail address or server reply can forge a line.
std::string log_line(const engine::action::Report& report);
// Lets through `level` and what is more important: debug info notice warning alert.
io::ReportSink make_log(std::string_view level);

}  // namespace longwire::commands
