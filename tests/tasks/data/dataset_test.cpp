#include "tasks/data/dataset.hpp"

#include "lib/base/error.hpp"
#include "tests/catch.hpp"

using namespace memplast;

TEST_CASE("the shipped data sets have their known sizes", "[tasks][dataset]") {
  const auto iris = load_shipped_dataset("iris");
  CHECK(iris.x.rows() == 150);
  CHECK(iris.feature_names == std::vector<std::string>{"sepal_length_cm", "sepal_width_cm",
                                                       "petal_length_cm", "petal_width_cm"});
  CHECK(iris.class_names == std::vector<std::string>{"setosa", "versicolor", "virginica"});
  CHECK(iris.x(0, 0) == 5.1);
  CHECK(iris.x(149, 3) == 1.8);
  CHECK(iris.y[50] == 1);

  const auto cancer = load_shipped_dataset("breast_cancer");
  CHECK(cancer.x.rows() == 569);
  CHECK(cancer.x.cols() == 30);
  CHECK(std::count(cancer.y.begin(), cancer.y.end(), 0) == 212);  // malignant comes first

  const auto digits = load_shipped_dataset("digits");
  CHECK(digits.x.rows() == 1797);
  CHECK(digits.x.cols() == 64);
  CHECK(digits.n_classes() == 10);
}

TEST_CASE("a data set complains of what it cannot use", "[tasks][dataset]") {
  CHECK_THROWS_WITH(load_shipped_dataset("wine"), Catch::Contains("iris, breast_cancer, digits"));
  CHECK_THROWS_WITH(dataset_from(parse_csv("a,class\n1,x\ntwo,y\n", "f.csv")),
                    Catch::Contains("f.csv:3, column a: expected a finite number, got 'two'"));
  CHECK_THROWS_WITH(dataset_from(parse_csv("a,class\n1,x\n2,x\n", "f.csv")),
                    Catch::Contains("expected at least two classes, got only 'x'"));
  CHECK_THROWS_WITH(dataset_from(parse_csv("a,b\n1,2\n", "f.csv")), Catch::Contains("'class'"));
  CHECK_THROWS_WITH(dataset_from(parse_csv("class\nx\ny\n", "f.csv")),
                    Catch::Contains("at least one column beside class"));
  CHECK_THROWS_WITH(dataset_from(parse_csv("a,class\n1,x\n2,\n", "f.csv")),
                    Catch::Contains("f.csv:3, column class: expected a class, got nothing"));
  std::string many = "a,class\n";
  for (int i = 0; i < 21; ++i) many += "1,c" + std::to_string(i) + "\n";
  CHECK_THROWS_WITH(dataset_from(parse_csv(many, "f.csv")),
                    Catch::Contains("at most 20 classes, got 21"));
}

TEST_CASE("a missing value is refused, or kept to be imputed", "[tasks][dataset]") {
  const auto table = parse_csv("a,b,kind\n1,2,x\n,3,y\nNA,?,x\n", "f.csv");
  CHECK_THROWS_WITH(dataset_from(table, "kind"),
                    Catch::Contains("f.csv:3, column a: expected a number, got nothing") &&
                        Catch::Contains("have it imputed"));
  const auto data = dataset_from(table, "kind", Missing::kept);
  CHECK(data.x(0, 0) == 1.0);
  CHECK(std::isnan(data.x(1, 0)));
  CHECK(std::isnan(data.x(2, 1)));
  CHECK(data.y == std::vector<int>{0, 1, 0});
}
