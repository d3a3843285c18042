#pragma once
#include <functional>
#include <memory>
#include <vector>

namespace memplast::cli {

/// The processes of an MPI run (`mpirun -n N memplast sweep ...`), or this one alone.
///
/// Rank 0 hands out numbered jobs, one at a time to each rank that is free, itself included, so
/// that fast and slow ones end together; the others are helpers. Built with MEMPLAST_MPI; without
/// it, a start by mpirun is an InputError.
class Ranks {
 public:
  using Job = std::function<std::vector<double>(int)>;

  Ranks();
  ~Ranks();

  bool is_helper() const;
  /// A helper's whole work: does jobs until rank 0 has no more.
  void help(const Job& job);

  /// How many threads of rank 0 should call run() at once; `own` if there are no helpers.
  int threads(int own) const;
  /// job(k), done here or by a free helper. Throws Interrupted if the program was asked to stop
  /// while a helper works.
  std::vector<double> run(int k, const Job& job);

 private:
  struct Mpi;
  std::unique_ptr<Mpi> mpi_;  // null: alone
};

}  // namespace memplast::cli
