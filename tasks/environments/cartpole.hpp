#pragma once
#include <array>
#include <string_view>
#include <tuple>

#include "../../lib/base/params.hpp"
#include "environment.hpp"

namespace memplast {

/// A pole on a cart that is pushed to the left or to the right at every step.
///
///   a      = (F + m_p l theta_dot^2 sin theta) / m
///   theta" = (g sin theta - a cos theta) / (l (4/3 - m_p cos^2 theta / m))
///   x"     = a - m_p l theta" cos theta / m
///   x += tau x_dot,  x_dot += tau x",  theta += tau theta_dot,  theta_dot += tau theta"
///
/// F = +-force, m = m_c + m_p, l half the pole's length; every right side is of the old state.
/// State: x [m], x_dot [m/s], theta [rad], theta_dot [rad/s]. Terminated while abs(x) > x_limit or
/// abs(theta) > theta_limit. Reward 1 for each step up to the one that terminates, with it.
///
/// Numbers and order of operations are those of Gymnasium 1.4's CartPole-v1 (v0: max_steps = 200).
/// Source: Barto, Sutton and Anderson 1983, doi:10.1109/TSMC.1983.6313077.
class CartPole {
 public:
  static constexpr std::string_view name = "cartpole";
  static constexpr std::array<std::string_view, 4> state_names{"x", "x_dot", "theta", "theta_dot"};
  static constexpr std::array<std::string_view, 2> action_names{"left", "right"};
  using State = std::array<double, 4>;
  /// Where a state is far out: what encoders scale by.
  static constexpr State state_scale{2.4, 2.0, 0.21, 2.5};

  struct Physics {
    double gravity = 9.8;
    double cart_mass = 1.0;
    double pole_mass = 0.1;
    double half_length = 0.5;
    double force = 10.0;
    double step = 0.02;
    double x_limit = 2.4;
    double theta_limit = 0.20943951023931953;  // 12 * 2 * pi / 360

    static constexpr auto params() {
      using P = Physics;
      return std::tuple{
          Param<P, double>{"gravity", "m_s2", "gravity", &P::gravity, 0, 1e3},
          Param<P, double>{"cart_mass", "kg", "mass of the cart", &P::cart_mass, 1e-3, 1e3},
          Param<P, double>{"pole_mass", "kg", "mass of the pole", &P::pole_mass, 1e-3, 1e3},
          Param<P, double>{"half_length", "m", "half the pole's length", &P::half_length, 1e-3,
                           1e3},
          Param<P, double>{"force", "N", "push on the cart", &P::force, 0, 1e4},
          Param<P, double>{"step", "s", "time between two actions", &P::step, 1e-6, 1},
          Param<P, double>{"x_limit", "m", "distance from the centre at which it ends", &P::x_limit,
                           1e-3, 1e3},
          Param<P, double>{"theta_limit", "rad", "tilt at which it ends", &P::theta_limit, 1e-3,
                           4}};
    }
  };

  struct Parameters : Physics {
    double start = 0.05;
    int max_steps = 500;

    static constexpr auto params() {
      using P = Parameters;
      return std::tuple_cat(
          Physics::params(),
          std::tuple{Param<P, double>{"start", "1", "half width of the interval of a start",
                                      &P::start, 0, 1},
                     Param<P, int>{"max_steps", "1", "steps of a full episode (v0: 200)",
                                   &P::max_steps, 1, 1000000}});
    }
  };

  /// Receptive fields by which a network sees the state.
  struct Fields {
    int n_fields_x = 5;
    int n_fields_theta = 8;

    static constexpr auto params() {
      using P = Fields;
      return std::tuple{
          Param<P, int>{"n_fields_x", "1", "fields of x and of x_dot", &P::n_fields_x, 2, 50},
          Param<P, int>{"n_fields_theta", "1", "fields of theta and of theta_dot",
                        &P::n_fields_theta, 2, 50}};
    }
  };

  /// The pole of the test, which may differ from the one that was learned on.
  struct Test {
    int max_steps = 500;
    double half_length_factor = 1.0;
    double pole_mass_factor = 1.0;
    double cart_mass_factor = 1.0;
    double force_factor = 1.0;

    static constexpr auto params() {
      using P = Test;
      return std::tuple{
          Param<P, int>{"max_steps", "1", "steps of a full episode (v0: 200)", &P::max_steps, 1,
                        1000000},
          Param<P, double>{"half_length_factor", "1",
                           "pole length in the test over that in training", &P::half_length_factor,
                           0.01, 100},
          Param<P, double>{"pole_mass_factor", "1", "pole mass in the test over that in training",
                           &P::pole_mass_factor, 0.01, 100},
          Param<P, double>{"cart_mass_factor", "1", "cart mass in the test over that in training",
                           &P::cart_mass_factor, 0.01, 100},
          Param<P, double>{"force_factor", "1", "force in the test over that in training",
                           &P::force_factor, 0.01, 100}};
    }
  };

  CartPole() = default;
  explicit CartPole(const Parameters& parameters) : p_(parameters) {}

  /// Each number of the state uniform in [-start, start].
  void reset(Stream& random);
  void set_state(const State& state);
  const State& state() const { return state_; }
  /// 0 pushes to the left, any other action to the right. Past termination the reward is 0 until
  /// the pole is back within its limits, as in Gymnasium.
  Transition step(int action);
  int max_steps() const { return p_.max_steps; }

 private:
  Parameters p_;
  State state_{};
  bool has_terminated_ = false;
};

}  // namespace memplast
