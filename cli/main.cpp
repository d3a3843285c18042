#include <dlfcn.h>

#include "commands.hpp"

namespace {

// Ceres brings BLAS along. If that is OpenBLAS, its threads start with the program and spin for a
// tenth of a second on cores that a run wants. What OpenBLAS does before a fork ends them; it
// starts them again for a product that needs them, of which we have none.
void end_idle_blas_threads() {
  if (void* const end = ::dlsym(RTLD_DEFAULT, "blas_thread_shutdown_"))
    reinterpret_cast<int (*)()>(end)();
}

}  // namespace

int main(int argc, char** argv) {
  end_idle_blas_threads();
  return memplast::cli::program(argc, argv);
}
