#include "tasks/settings.hpp"
#include "learners/teacher_timed.hpp"
#include "tests/catch.hpp"

#include <cmath>

using namespace memplast;

namespace {

FieldSettings fields(std::string_view task, std::string_view encoder, std::string_view rule,
                     int n_features) {
  const Parameters settings = preset(task, "teacher_timed", encoder, rule, n_features);
  if (encoder == "temporal") return settings.as<TeacherTimedTemporal>();
  return settings.as<TeacherTimedPoisson>();
}

// Distance from the centre at which a field falls silent, g = cut; in deviations of the feature.
double reach(const FieldSettings& s) {
  return s.field_width * std::sqrt(2 * std::log(1 / s.cut)) * 2 * s.z_range / (s.n_fields - 1);
}

}  // namespace

TEST_CASE("flat fields are active over the same range as the default ones", "[tasks][settings]") {
  const FieldSettings usual;
  for (const char* task : {"iris", "classify"})
    for (const char* rule : {"nc", "ppx", "stdp"}) {
      const FieldSettings flat = fields(task, "poisson", rule, 4);
      CHECK(flat.cut == 0.7);
      CHECK(reach(flat) == Approx(reach(usual)).epsilon(0.025));  // 1.064, 1.086 and 1.089
    }
  CHECK(fields("iris", "poisson", "nc", 4).n_fields == 7);  // found for Iris alone
  CHECK(fields("classify", "poisson", "nc", 4).n_fields == usual.n_fields);
  CHECK(fields("iris", "temporal", "ppx", 4).cut == 0.7);
  CHECK(fields("iris", "temporal", "nc", 4).cut == usual.cut);
  CHECK(fields("iris", "temporal", "stdp", 4).cut == usual.cut);
}

TEST_CASE("data of one's own start from Iris up to ten features", "[tasks][settings]") {
  CHECK(fields("classify", "poisson", "nc", 10).cut == 0.7);
  CHECK(fields("classify", "poisson", "nc", 11).cut == FieldSettings{}.cut);
  CHECK(fields("breast_cancer", "poisson", "nc", 30).cut == 0.35);
  CHECK(fields("digits", "poisson", "nc", 64).cut == FieldSettings{}.cut);
}
