#pragma once
#include <string>
#include <vector>

#include "../fitting/readers/table.hpp"

namespace memplast::cli {

class Command;

/// A measurement file as the command line describes it.
struct TableChoice {
  std::string data;
  std::vector<std::string> columns;  ///< as typed: names separated by commas
  std::vector<std::string> renamed;  ///< as typed: OURS=THEIRS
  TableOptions options;

  Measurement read();
};

/// Adds the positional DATA.csv and all options that say how to read it.
void add_table(const Command& command, TableChoice& choice);

}  // namespace memplast::cli
