#define CATCH_CONFIG_RUNNER
#include "tests/catch.hpp"

int main(int argc, char* argv[]) {
  Catch::Session session;
#if CATCH_VERSION_MAJOR == 2  // as 3 does by itself: a selection of no test fails
  session.configData().warnings = Catch::WarnAbout::NoTests;
#endif
  return session.run(argc, argv);
}
