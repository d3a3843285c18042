#include "../../../lib/io/apart.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <numeric>
#include <thread>

#include "tests/catch.hpp"

using namespace memplast;
using Catch::Contains;

namespace {

/// Answers, and misbehaves when asked to.
class Subject {
 public:
  explicit Subject(int factor) : factor_(factor) {
    if (factor < 0)
      throw InputError(
          {.where = "factor", .expected = "at least 0", .got = "less", .mend = "Mend."});
    if (factor == 13) std::abort();
  }
  pid_t process() const { return ::getpid(); }
  std::vector<double> multiples(std::size_t n) const {
    std::vector<double> out(n);
    for (std::size_t i = 0; i < n; ++i) out[i] = factor_ * static_cast<double>(i);
    return out;
  }
  std::vector<std::pair<std::string, int>> words(const std::string& a, const std::string& b) const {
    return {{a, 1}, {b, 2}, {a + b, 3}};
  }
  bool refuse(const std::string& got) const {
    throw InputError({.where = "here", .expected = "more", .got = got});
  }
  bool fail() const { throw std::runtime_error("of another kind"); }
  bool crash() const { return ::raise(SIGSEGV) == 0; }
  bool write_everywhere() const {
    std::vector<char> small(16);
    for (std::size_t i = 0;; ++i) *(static_cast<volatile char*>(small.data()) + i) = 1;
  }
  std::size_t allocate(std::size_t n) const { return std::string(n, 'x').size(); }

 private:
  int factor_;
};

const Complaint died{.where = "subject", .expected = "one that lives", .got = "a dead one"};

bool is_alive(pid_t pid) { return ::kill(pid, 0) == 0; }

}  // namespace

TEST_CASE("apart: methods answer as they would here, from another process", "[lib][apart]") {
  const Apart<Subject> subject(died, 3);
  const Subject here(3);
  CHECK(subject.call<&Subject::process>() != ::getpid());
  CHECK(subject.call<&Subject::multiples>(std::size_t{4}) == std::vector<double>{0, 3, 6, 9});
  // Larger than any buffer on the way.
  CHECK(subject.call<&Subject::multiples>(std::size_t{3'000'000}) == here.multiples(3'000'000));
  CHECK(subject.call<&Subject::multiples>(std::size_t{0}).empty());
  const std::string a(200'000, 'a'), b("with a \0 in it", 14);
  CHECK(subject.call<&Subject::words>(a, b) == here.words(a, b));
}

TEST_CASE("apart: what is refused there is refused here, and the object goes on", "[lib][apart]") {
  CHECK_THROWS_WITH(Apart<Subject>(died, -1), "factor: expected at least 0, got less. Mend.");
  const Apart<Subject> subject(died, 1);
  CHECK_THROWS_WITH(subject.call<&Subject::refuse>(std::string("less")),
                    "here: expected more, got less.");
  CHECK(subject.call<&Subject::multiples>(std::size_t{2}) == std::vector<double>{0, 1});
}

TEST_CASE("apart: what kills the process is bad input here", "[lib][apart]") {
  const auto is_death = Contains("subject: expected one that lives, got a dead one");
  CHECK_THROWS_WITH(Apart<Subject>(died, 13), is_death);
  const Apart<Subject> crashing(died, 1), failing(died, 1), writing(died, 1), greedy(died, 1);
  CHECK_THROWS_WITH(crashing.call<&Subject::crash>(), is_death);
  CHECK_THROWS_WITH(failing.call<&Subject::fail>(), is_death);
  CHECK_THROWS_WITH(writing.call<&Subject::write_everywhere>(), is_death);
  // Another call finds it dead still.
  CHECK_THROWS_WITH(crashing.call<&Subject::process>(), is_death);
#ifndef __SANITIZE_ADDRESS__
  CHECK(greedy.call<&Subject::allocate>(std::size_t{1'000'000}) == 1'000'000);
  CHECK_THROWS_WITH(greedy.call<&Subject::allocate>(std::size_t{8'000'000'000}), is_death);
#endif
}

TEST_CASE("apart: the process ends with its owner", "[lib][apart]") {
  pid_t pid = 0;
  {
    const Apart<Subject> first(died, 1), second(died, 1);
    pid = first.call<&Subject::process>();
    CHECK(is_alive(pid));
  }
  CHECK_FALSE(is_alive(pid));
}

TEST_CASE("apart: the process ends if its owner is killed", "[lib][apart]") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t owner = ::fork();
  if (owner == 0) {
    const Apart<Subject> subject(died, 1), another(died, 1);  // which knows the first's link
    const pid_t pid = subject.call<&Subject::process>();
    if (::write(ends[1], &pid, sizeof pid) != sizeof pid) ::_exit(1);
    ::raise(SIGKILL);
  }
  pid_t pid = 0;
  REQUIRE(::read(ends[0], &pid, sizeof pid) == sizeof pid);
  ::waitpid(owner, nullptr, 0);
  for (int i = 0; i < 500 && is_alive(pid); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  // Whoever inherits it may leave it a zombie, which is dead.
  std::ifstream status("/proc/" + std::to_string(pid) + "/stat");
  std::string number, name, state("Z");
  status >> number >> name >> state;
  CHECK(state == "Z");
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_CASE("apart: a method that never returns is ended", "[lib][apart]") {
  struct Endless {
    bool run() const {
      volatile bool goes_on = true;
      while (goes_on) continue;
      return goes_on;
    }
  };
  const int most_s = std::exchange(Fork::most_s, 1);
  const Apart<Endless> endless(died);
  Fork::most_s = most_s;
  CHECK_THROWS_WITH(endless.call<&Endless::run>(), Contains("got a dead one"));
}
