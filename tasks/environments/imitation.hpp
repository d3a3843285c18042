#pragma once
#include <cstdint>
#include <vector>

#include "../../lib/io/csv.hpp"
#include "cartpole.hpp"

namespace memplast {

/// The expert that balances CartPole for all of its 500 steps: to the right if
///   0.5 x + 0.9 x_dot + 9 theta + 2.2 theta_dot > 0.
int linear_expert(const CartPole::State& state);

/// `n` states labelled by the linear expert, a function of `seed`.
///
/// Episodes of 50 to 200 steps, 70 % from a start spread over abs(x) < 1.5, abs(x_dot) < 1,
/// abs(theta) < 0.15, abs(theta_dot) < 1, the others from a usual start. A random action replaces
/// the expert's, but not the label, at 5 % or 20 % (by episode) of the steps. One step in ten is
/// kept.
Demonstrations demonstrate_cartpole(int n, std::uint64_t seed);

/// A recorded trajectory of an environment: the columns of its state (x, x_dot, theta, theta_dot)
/// and `action`, the number of one.
///
/// The action is the one taken in the state of its row. Only if some row has the action -1, as in
/// what `env` writes, each such row starts an episode and an action is the one that led to its row.
/// An InputError for another action or fewer than two states.
Demonstrations demonstrations_from(const EnvironmentEntry& environment, const CsvTable& table);

}  // namespace memplast
