#include "apart.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>

namespace memplast {
namespace {

/// What the process has of addresses now, bytes.
rlim_t address_space() {
  rlim_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE));
}

void lower_limit(decltype(RLIMIT_AS) kind, rlim_t most) {
  rlimit limit{};
  ::getrlimit(kind, &limit);
  limit.rlim_cur = std::min(limit.rlim_max, most);
  ::setrlimit(kind, &limit);
}

/// Leaves the terminal to the owner, and lowers the limits. Its open files stay: a library may have
/// one in common with the owner.
void withdraw(int socket) {
  // Signals to all processes of a terminal are the owner's to heed; those that stop us must.
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) ::signal(signal, SIG_IGN);
  for (const int signal : {SIGPROF, SIGALRM}) ::signal(signal, SIG_DFL);
  const int nowhere = ::open("/dev/null", O_RDWR);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (fd != socket) ::dup2(nowhere, fd);
  lower_limit(RLIMIT_CORE, 0);
#ifndef __SANITIZE_ADDRESS__  // which reserves terabytes
  lower_limit(RLIMIT_AS, address_space() + Fork::most_bytes);
#endif
}

}  // namespace

void Link::open(int socket) { socket_ = socket; }

void Link::close() {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

void Link::write(const void* from, std::size_t n) {
  constexpr std::size_t much = 1 << 16;
  if (n < much) {
    sent_.append(static_cast<const char*>(from), n);
    if (sent_.size() >= much) flush();
    return;
  }
  flush();
  write_all(static_cast<const char*>(from), n);
}

void Link::flush() {
  write_all(sent_.data(), sent_.size());
  sent_.clear();
}

void Link::write_all(const char* from, std::size_t n) {
  while (n > 0) {
    const auto written = ::send(socket_, from, n, MSG_NOSIGNAL);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) throw Broken{};
    from += written;
    n -= static_cast<std::size_t>(written);
  }
}

void Link::read(void* to, std::size_t n) {
  while (n > 0) {
    const auto got = ::recv(socket_, to, n, MSG_WAITALL);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) throw Broken{};
    to = static_cast<char*>(to) + got;
    n -= static_cast<std::size_t>(got);
  }
}

std::size_t Link::receive_length(std::size_t size_of_one) {
  const auto n = receive<std::size_t>();
  if (n > Fork::most_bytes / size_of_one) throw Broken{};
  return n;
}

Fork::Fork() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw IoError("a socket", std::string("cannot be made, ") + std::strerror(errno));
  pid_ = ::fork();
  if (pid_ == 0) {
    ::close(ends[0]);
    withdraw(ends[1]);
    link_.open(ends[1]);
    return;
  }
  link_.open(ends[0]);
  ::close(ends[1]);
  if (pid_ < 0)
    throw IoError("a process", std::string("cannot be started, ") + std::strerror(errno));
}

Fork::~Fork() { end(); }

void Fork::end() {
  link_.close();
  if (pid_ <= 0) return;
  const pid_t pid = std::exchange(pid_, -1);
  ::kill(pid, SIGKILL);
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) continue;
}

void Fork::renew_time() {
  const itimerval time{.it_interval = {}, .it_value = {.tv_sec = most_s, .tv_usec = 0}};
  ::setitimer(ITIMER_PROF, &time, nullptr);
  ::alarm(50 * most_s);  // should it wait for something that never comes
}

void Fork::leave() { ::_exit(1); }

}  // namespace memplast
