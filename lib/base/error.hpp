#pragma once
#include <stdexcept>
#include <string>

namespace memplast {

/// What is wrong with a piece of input: where it stands, what was expected there, what was got,
/// and how to mend it.
struct Complaint {
  std::string where;
  std::string expected;
  std::string got;
  std::string mend = "";
};

/// Bad input or bad usage; the program prints it as one line and exits with 2.
class InputError : public std::runtime_error {
 public:
  explicit InputError(const Complaint& c)
      : std::runtime_error(c.where + ": expected " + c.expected + ", got " + c.got + "." +
                           (c.mend.empty() ? "" : " " + c.mend)),
        complaint(c) {}

  const Complaint complaint;
};

/// Something outside the input failed (a disk, a lock, a library); the program exits with 1.
class IoError : public std::runtime_error {
 public:
  IoError(const std::string& where, const std::string& why)
      : std::runtime_error(where + ": " + why + ".") {}
};

/// Work was asked to stop, and did where it can go on later; the program exits with 128 + the
/// signal.
class Interrupted : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace memplast
