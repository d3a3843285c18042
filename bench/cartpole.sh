#!/bin/sh
# CartPole at full length: every number of docs/cartpole.md, as markdown tables.
#   bench/cartpole.sh [PROGRAM]        about a quarter of an hour on two cores
set -eu
program=${1:-build/release/cli/memplast}

row() {  # label, options of `run cartpole`
  label=$1
  shift
  start=$(date +%s.%N)
  "$program" run cartpole --json "$@" > "$json"
  python3 - "$json" "$label" "$start" "$(date +%s.%N)" <<'END'
import json, sys
s = json.load(open(sys.argv[1]))
r, n = s["summary"]["return"], s["summary"]["return"]["n"]
episodes = s["summary"]["episodes_to_solve"] or "-"
print(f"| {sys.argv[2]} | {r['mean']:.1f} | {r['worst']:.1f} | {s['summary']['seeds_solved']}/{n} "
      f"| {episodes} | {(float(sys.argv[4]) - float(sys.argv[3])) / n:.2f} |")
END
}

heading() {
  printf '\n### %s\n\n' "$1"
  echo "| | mean return | worst seed | solved seeds | median episodes to solve | s per seed |"
  echo "|---|---|---|---|---|---|"
}

json=$(mktemp)
trap 'rm -f "$json"' EXIT
rules="nc ppx stdp"

heading "Imitation, 10 seeds x 100 episodes"
for n in 2000 300; do
  for rule in $rules; do
    row "$rule, $n states" --rule $rule --states $n --seeds 10 --seed 2001 --threads 1
  done
done

heading "Imitation from Poisson trains, 10 seeds x 100 episodes"
for rule in $rules; do
  row "$rule, 2000 states" --rule $rule --encoder poisson --seeds 10 --seed 2001 --threads 1
done

heading "Online, 500 training episodes, 20 seeds x 100 episodes"
for modulation in scaled timing pulses; do
  for rule in $rules; do
    row "$rule, $modulation" --protocol online --rule $rule --modulation $modulation \
      --seeds 20 --seed 2001 --threads 1
  done
done

heading "Controls"
for sham in no_learning shuffled_reward random_actions; do
  for rule in $rules; do
    row "$rule, $sham" --protocol online --rule $rule --sham $sham --seeds 20 --seed 2001 --threads 1
  done
done

heading "Another pole in the test than in training (online, scaled, 10 seeds)"
for what in half_length pole_mass cart_mass force; do
  for factor in 0.7 1.3; do
    for rule in $rules; do
      row "$rule, $what x $factor" --protocol online --rule $rule --seeds 10 --seed 2001 --threads 1 \
        "--$(echo $what | tr _ -)-factor" $factor
    done
  done
done

heading "Devices that differ by 10 %, changes that vary by 5 % (20 seeds)"
for modulation in scaled timing pulses; do
  for rule in $rules; do
    row "$rule, $modulation" --protocol online --rule $rule --modulation $modulation \
      --dtod 0.1 --ctoc 0.05 --seeds 20 --seed 2001 --threads 1
  done
done
