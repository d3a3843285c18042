#include "commands.hpp"

int main(int argc, char** argv) { return memplast::cli::program(argc, argv); }
