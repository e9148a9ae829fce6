#include "node/main/command_line.hpp"

int main(int argc, char** argv) { return longwire::command_line(argc, argv); }
