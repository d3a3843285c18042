#include "imitation.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace memplast {
namespace {

constexpr CartPole::State spread{1.5, 1.0, 0.15, 1.0};
constexpr double kept = 0.1;  // neighbouring states say nearly the same

}  // namespace

int linear_expert(const CartPole::State& s) {
  return 0.5 * s[0] + 0.9 * s[1] + 9.0 * s[2] + 2.2 * s[3] > 0.0 ? 1 : 0;
}

Demonstrations demonstrate_cartpole(int n, std::uint64_t seed) {
  Demonstrations out{Samples(n, 4), {}};
  CartPole pole;
  for (std::uint64_t episode = 0;; ++episode) {
    Stream random(seed, Purpose::demonstration, episode);
    pole.reset(random);
    if (random.uniform() < 0.7) {
      CartPole::State start;
      for (std::size_t i = 0; i < start.size(); ++i)
        start[i] = random.uniform(-spread[i], spread[i]);
      pole.set_state(start);
    }
    const double slip = random.uniform() < 0.5 ? 0.05 : 0.2;
    const std::uint64_t steps = 50 + random.below(151);
    for (std::uint64_t t = 0; t < steps; ++t) {
      const int label = linear_expert(pole.state());
      if (random.uniform() < kept) {
        const auto row = static_cast<Eigen::Index>(out.actions.size());
        for (int i = 0; i < 4; ++i) out.states(row, i) = pole.state()[i];
        out.actions.push_back(label);
        if (static_cast<int>(out.actions.size()) == n) return out;
      }
      const int action = random.uniform() < slip ? static_cast<int>(random.below(2)) : label;
      if (pole.step(action).terminated) break;
    }
  }
}

Demonstrations demonstrations_from(const EnvironmentEntry& environment, const CsvTable& table) {
  std::vector<std::size_t> columns;
  for (const auto name : environment.state_names) columns.push_back(table.column(name));
  const auto action_column = table.column("action");
  std::vector<int> actions;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const double action = table.number(r, action_column);
    if (action != std::floor(action) || action < -1.0 || action >= environment.n_actions()) {
      std::string known;
      for (int a = 0; a < environment.n_actions(); ++a)
        known += (a == 0 ? "" : ", ") + std::to_string(a) + " (" +
                 std::string(environment.action_names[static_cast<std::size_t>(a)]) + ")";
      throw InputError({.where = table.place(r, action_column),
                        .expected = known + " or -1 (a start)",
                        .got = to_text(action)});
    }
    actions.push_back(static_cast<int>(action));
  }
  const bool has_starts = std::find(actions.begin(), actions.end(), -1) != actions.end();
  std::vector<std::size_t> rows;
  Demonstrations out;
  for (std::size_t r = 0; r < actions.size(); ++r) {
    const std::size_t taken = has_starts ? r + 1 : r;  // the row that holds the action taken in r
    if (taken == actions.size() || actions[taken] == -1) continue;
    rows.push_back(r);
    out.actions.push_back(actions[taken]);
  }
  if (rows.size() < 2)
    throw InputError({.where = table.source,
                      .expected = "two or more states with an action",
                      .got = std::to_string(rows.size())});
  out.states.resize(static_cast<Eigen::Index>(rows.size()),
                    static_cast<Eigen::Index>(columns.size()));
  for (std::size_t k = 0; k < rows.size(); ++k)
    for (std::size_t i = 0; i < columns.size(); ++i)
      out.states(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(i)) =
          table.number(rows[k], columns[i]);
  return out;
}

}  // namespace memplast
