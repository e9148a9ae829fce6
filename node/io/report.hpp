// What the input/output side itself has to tell: the same form as the engine's reports, so that one
// log shows both.
#pragma once

#include "node/engine/node.hpp"

#include <functional>
#include <string_view>
#include <utility>

namespace longwire::io {

using ReportSink = std::function<void(const engine::action::Report&)>;

inline void report(const ReportSink& sink, Time now, std::string_view level, std::string_view name,
                   boost::json::object fields) {
  if (sink) sink({now, level, name, std::move(fields)});
}

}  // namespace longwire::io
