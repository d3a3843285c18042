#include "lib/io/csv.hpp"

#include "lib/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/support.hpp"

using namespace memplast;
using Catch::Contains;
using Catch::Equals;

TEST_CASE("csv: comma, semicolon and tab separate alike", "[lib][csv]") {
  const std::string c = GENERATE(",", ";", "\t");
  const auto table = parse_csv("a" + c + "b\n1" + c + "2\n3" + c + "4\n", "t.csv");
  CHECK(table.header == std::vector<std::string>{"a", "b"});
  CHECK(table.numbers("a") == std::vector{1.0, 3.0});
  CHECK(table.numbers("b") == std::vector{2.0, 4.0});
}

TEST_CASE("csv: a comma inside a tab-separated cell stays in it", "[lib][csv]") {
  CHECK(parse_csv("a\tb\n1,5\t2\n", "t.csv").rows[0][0] == "1,5");
}

TEST_CASE("csv: byte order mark, CRLF, blanks, blank lines and a missing last newline are harmless",
          "[lib][csv]") {
  const auto table = parse_csv("\xEF\xBB\xBF a , b \r\n\r\n 1 , 2 \r\n   \r\n3,4", "t.csv");
  CHECK(table.header == std::vector<std::string>{"a", "b"});
  CHECK(table.numbers("b") == std::vector{2.0, 4.0});
  CHECK(table.lines == std::vector{3, 5});
}

TEST_CASE("csv: quotes keep separators and doubled quotes", "[lib][csv]") {
  const auto table = parse_csv("\"dt, ms\",b\n\"say \"\"hi\"\", you\",\"\"\n", "t.csv");
  CHECK(table.header[0] == "dt, ms");
  CHECK(table.rows[0][0] == "say \"hi\", you");
  CHECK(table.rows[0][1].empty());
}

TEST_CASE("csv: comment lines may hold notes", "[lib][csv]") {
  const auto table = parse_csv("# G_min_S = 1e-6\n# made by hand\na\n1\n#b=2\n", "t.csv");
  CHECK(table.notes == std::map<std::string, std::string>{{"G_min_S", "1e-6"}, {"b", "2"}});
  CHECK(table.rows.size() == 1);
}

TEST_CASE("csv: a bad table is refused with its place", "[lib][csv]") {
  const auto parse = [](const std::string& text) { return parse_csv(text, "t.csv"); };
  CHECK_THROWS_WITH(parse(""), Equals("t.csv: expected a header line, got an empty file."));
  CHECK_THROWS_WITH(parse("\xEF\xBB\xBF\r\n# only = comments\n"), Contains("got an empty file"));
  CHECK_THROWS_WITH(parse("a,b\n"), Equals("t.csv: expected at least one row of data, got none."));
  CHECK_THROWS_WITH(parse("a,b\n1,2\n# c\n1,2,3\n"),
                    Equals("t.csv:4: expected 2 cells as in the header, got 3."));
  CHECK_THROWS_WITH(parse("a,b\n1\n"), Contains("t.csv:2: expected 2 cells"));
  CHECK_THROWS_WITH(parse("a,b,a\n1,2,3\n"), Contains("t.csv, header") && Contains("'a' twice"));
}

TEST_CASE("csv: a bad number is refused with its line and column", "[lib][csv]") {
  const std::string bad = GENERATE("x", "nan", "inf", "1e999", "1.5ms", "0x1", "");
  const auto table = parse_csv("# note\na,dt_ms\n1,2\n3," + bad + "\n", "t.csv");
  const std::string got = bad.empty() ? "an empty cell" : "'" + bad + "'";
  CHECK_THROWS_WITH(table.numbers("dt_ms"),
                    Equals("t.csv:4, column dt_ms: expected a finite number, got " + got + "."));
  CHECK(table.numbers("a").size() == 2);
}

TEST_CASE("csv: a missing column lists those there are", "[lib][csv]") {
  const auto table = parse_csv("a,b\n1,2\n", "t.csv");
  CHECK(table.has("b"));
  CHECK_FALSE(table.has("dt_ms"));
  CHECK_THROWS_WITH(table.column("dt_ms"),
                    Equals("t.csv, header: expected a column 'dt_ms', got the columns a, b."));
}

TEST_CASE("csv: the shipped data sets are as their README says", "[lib][csv][datasets]") {
  const auto [name, rows, columns] = GENERATE(table<std::string, std::size_t, std::size_t>(
      {{"iris.csv", 150, 5}, {"breast_cancer.csv", 569, 31}, {"digits.csv", 1797, 65}}));
  const auto table = read_csv(test::dataset(name));
  CHECK(table.rows.size() == rows);
  CHECK(table.header.size() == columns);
  CHECK(table.header.back() == "class");
}
