#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace memplast::test {

/// A file below tests/golden, for example golden("nest/kernel/kernel_nc.csv").
std::filesystem::path golden(const std::string& name);
/// A shipped data set, for example dataset("iris.csv").
std::filesystem::path dataset(const std::string& name);

/// An empty folder of its own that is gone, with all it holds, when the test ends.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  /// Writes `text` into the file `name` of the folder and gives its path.
  std::filesystem::path file(const std::string& name, const std::string& text) const;
  /// The names in the folder, in order.
  std::vector<std::string> names() const;

 private:
  std::filesystem::path path_;
};

/// How a program ended and what it printed.
struct Outcome {
  int exit_code;
  std::string out;
  std::string err;
};
/// Runs `program` with `arguments`, without a shell.
Outcome run(const std::filesystem::path& program, const std::vector<std::string>& arguments);

}  // namespace memplast::test
