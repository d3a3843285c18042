#include "support.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "lib/io/file.hpp"

namespace memplast::test {

std::filesystem::path golden(const std::string& name) {
  return std::filesystem::path(MEMPLAST_GOLDEN) / name;
}

std::filesystem::path dataset(const std::string& name) {
  return std::filesystem::path(MEMPLAST_DATASETS) / name;
}

TempFolder::TempFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "memplast_test.XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder for a test");
  path_ = name;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path TempFolder::file(const std::string& name, const std::string& text) const {
  write_text(path_ / name, text);
  return path_ / name;
}

std::vector<std::string> TempFolder::names() const {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(path_))
    out.push_back(entry.path().filename().string());
  std::sort(out.begin(), out.end());
  return out;
}

Outcome run(const std::filesystem::path& program, const std::vector<std::string>& arguments) {
  const TempFolder folder;
  const auto out = folder.file("out", ""), err = folder.file("err", "");
  std::vector<std::string> words{program.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("cannot start " + program.string());
  if (child == 0) {
    const bool redirected = ::dup2(::open(out.c_str(), O_WRONLY), STDOUT_FILENO) >= 0 &&
                            ::dup2(::open(err.c_str(), O_WRONLY), STDERR_FILENO) >= 0;
    if (redirected) ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read_text(out),
          read_text(err)};
}

}  // namespace memplast::test
