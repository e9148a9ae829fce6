// The options of `longwire cms`.
#pragma once

#include "node/main/cms_options.hpp"

#include <CLI/CLI.hpp>

#include <functional>

namespace longwire {

void add_cms_commands(CLI::App& app, commands::CmsOptions& options, std::function<int()>& chosen);

}  // namespace longwire
