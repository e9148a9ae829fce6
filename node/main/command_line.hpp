// The one program: `longwire COMMAND ...`, or `sendmail ...` when called by that name.
#pragma once

namespace longwire {

int command_line(int argc, char** argv);

}  // namespace longwire
