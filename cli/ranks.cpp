#include "ranks.hpp"

#include <cstdlib>
#include <string>

#include "../lib/base/error.hpp"
#include "commands.hpp"

#ifdef MEMPLAST_MPI
#include <mpi.h>

#include <chrono>
#include <exception>
#include <iostream>
#include <mutex>
#include <thread>
#endif

namespace memplast::cli {
namespace {

/// The number of processes that mpirun, mpiexec or srun says it started.
int started_together() {
  for (const auto* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"})
    if (const char* size = std::getenv(name)) return std::atoi(size);
  return 1;
}

}  // namespace

#ifdef MEMPLAST_MPI

struct Ranks::Mpi {
  static constexpr int tag = 1, no_more = -1;

  int rank = 0, size = 1;
  std::mutex calls;  // MPI is called by one thread at a time
  std::mutex free_mutex;
  std::vector<int> free;  // ranks without a job

  Mpi() {
    int provided = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    for (int r = size - 1; r >= 0; --r) free.push_back(r);
    if (provided < MPI_THREAD_SERIALIZED)
      throw IoError("MPI", "does not allow calls from several threads");
  }
  ~Mpi() {
    // After a failure mpirun ends the others; a rank that is gone would never answer.
    if (std::uncaught_exceptions() > 0) return;
    if (rank == 0)
      for (int r = 1; r < size; ++r) send(r, no_more);
    MPI_Finalize();
  }

  void send(int to, int k) {
    const std::lock_guard lock(calls);
    MPI_Send(&k, 1, MPI_INT, to, tag, MPI_COMM_WORLD);
  }
  /// Sleeps until there is a message; MPI's own waiting would keep a processor busy.
  MPI_Status await(int from) {
    using namespace std::chrono_literals;
    for (auto pause = 20us;; pause = std::min(2 * pause, 2000us)) {
      {
        const std::lock_guard lock(calls);
        int arrived = 0;
        MPI_Status status;
        MPI_Iprobe(from, tag, MPI_COMM_WORLD, &arrived, &status);
        if (arrived) return status;
      }
      if (caught_signal() != 0) throw Interrupted("a helper's job was left");
      std::this_thread::sleep_for(pause);
    }
  }
  int receive_job() {
    await(0);
    int k = 0;
    MPI_Recv(&k, 1, MPI_INT, 0, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    return k;
  }
  std::vector<double> receive_result(int from) {
    MPI_Status status = await(from);
    const std::lock_guard lock(calls);
    int n = 0;
    MPI_Get_count(&status, MPI_DOUBLE, &n);
    std::vector<double> values(static_cast<std::size_t>(n));
    MPI_Recv(values.data(), n, MPI_DOUBLE, from, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    return values;
  }
};

Ranks::Ranks() {
  if (started_together() > 1) mpi_ = std::make_unique<Mpi>();
}

bool Ranks::is_helper() const { return mpi_ && mpi_->rank > 0; }

void Ranks::help(const Job& job) {
  for (int k; (k = mpi_->receive_job()) != Mpi::no_more;) {
    const auto values = job(k);
    MPI_Send(values.data(), static_cast<int>(values.size()), MPI_DOUBLE, 0, Mpi::tag,
             MPI_COMM_WORLD);
  }
}

int Ranks::threads(int own) const { return mpi_ ? mpi_->size : own; }

std::vector<double> Ranks::run(int k, const Job& job) {
  if (!mpi_) return job(k);
  const auto take = [&] {
    const std::lock_guard lock(mpi_->free_mutex);
    const int rank = mpi_->free.back();
    mpi_->free.pop_back();
    return rank;
  };
  const int rank = take();
  std::vector<double> values;
  if (rank == 0) {
    values = job(k);
  } else {
    mpi_->send(rank, k);
    values = mpi_->receive_result(rank);
  }
  const std::lock_guard lock(mpi_->free_mutex);
  mpi_->free.push_back(rank);
  return values;
}

#else

struct Ranks::Mpi {};

Ranks::Ranks() {
  if (started_together() > 1)
    throw InputError({.where = "mpirun",
                      .expected = "a memplast that was built with -DMEMPLAST_MPI=ON",
                      .got = "one without MPI"});
}
bool Ranks::is_helper() const { return false; }
void Ranks::help(const Job&) {}
int Ranks::threads(int own) const { return own; }
std::vector<double> Ranks::run(int k, const Job& job) { return job(k); }

#endif

Ranks::~Ranks() = default;

}  // namespace memplast::cli
