#include "flag_names.hpp"

#include <string_view>

namespace memplast::cli {
namespace {

struct FlagName {
  std::string_view thing, flag;
};

/// Where something is wrong.
constexpr FlagName places[] = {
    {"fixed parameter", "--fix"},
    {"renamed column", "--column"},
    {"model of the fit", "--model"},
    {"range of conductance", "--g-min-S and --g-max-S"},
    {"read voltage", "--read-voltage-V"},
    {"trajectory", "--trajectory"},
    {"waterfall", "--waterfall"},
    {"folds", "--folds"},
    {"pre pulse", "--pre-pulse"},
    {"post pulse", "--post-pulse"},
    {"window's rule", "--as-rule"},
    {"rule", "--rule"},
    {"device", "--device"},
    {"tile", "--tile"},
    {"start weights", "--start-map"},
    {"start weight", "--start-w"},
};

/// What can be done about it.
constexpr FlagName remedies[] = {
    {"the read voltage", "--read-voltage-V"},
    {"the range of conductance", "--g-min-S, --g-max-S"},
    {"have it estimated", "--estimate-range"},
    {"Give the one state of all pairs", "--w or --g0-S"},
    {"the usual time step", "--step-s"},
    {"a wider range of lags", "--dt-max-ms"},
    {"Map another column", "--column G_S=\"NAME (unit)\""},
    {"Name those that are one", "--column OURS=\"THEIRS (unit)\""},
    {"all columns of a file without a header", "--columns"},
    {"Name all columns", "--columns"},
    {"name the unit of the column", "--column"},
    {"have it imputed", "--impute"},
    {"Name the column of the classes", "--label-column"},
    {"levels, spread, noise or stuck ones", "--levels, --dtod, --ctoc, --read-noise, --stuck-low"},
    {"Unless resumed", "--resume"},
    {"Resume it", "--resume"},
    {"; resumed", "--resume"},
    {"a model file that a fit wrote", "memplast fit"},
    {"the rule that its window makes", "memplast window --device"},
    {"Its window under given pulses",
     "memplast window --device MODEL --pre-pulse bitriangular:1V,20ms -o rule.json"},
};

}  // namespace

std::string with_flags(std::string text) {
  for (const auto& [thing, flag] : remedies)
    if (const auto at = text.find(thing); at != std::string::npos)
      text.insert(at + thing.size(), std::string(" (").append(flag).append(")"));
  return text;
}

std::string with_flags(const Complaint& complaint) {
  Complaint told = complaint;
  for (const auto& [thing, flag] : places)
    if (told.where == thing || told.where.starts_with(std::string(thing) + " ")) {
      told.where.replace(0, thing.size(), flag);
      break;
    }
  return with_flags(InputError(told).what());
}

}  // namespace memplast::cli
