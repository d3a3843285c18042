#!/usr/bin/env bash
# The digests of twenty runs, a line each: tasks x codes x rules x devices, CartPole both ways.
#   tests/digests.sh PROGRAM > after.txt        a minute of two cores
# While code moves, what a program printed before and after must be the same.
set -euo pipefail
program=$(realpath "$1")
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# digest NAME RUN_OPTIONS...
digest() {
  local name=$1
  shift
  "$program" run "$@" --quiet -o "$folder/run.h5" > "$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 1; }
  printf '%-28s %s\n' "$name" "$("$program" info --digest "$folder/run.h5")"
}

"$program" fit datasets/nc_window.csv --model nc -o "$folder/nc.json" > /dev/null
real=(--levels 32 --dtod 0.1 --ctoc 0.1 --stuck-low 0.02 --read-noise 0.05)
small=(--folds 3 --partitions 1)
brief=(--folds 2 --partitions 1 --epochs 2)

for rule in nc ppx stdp; do
  digest iris_temporal_$rule iris --rule $rule "${small[@]}"
  digest iris_poisson_$rule iris --rule $rule --encoder poisson "${brief[@]}"
done
digest iris_temporal_fitted iris --rule "$folder/nc.json" "${small[@]}" --weights-history
digest iris_temporal_linear iris --rule pulse_linear "${small[@]}"
digest iris_temporal_devices iris "${small[@]}" "${real[@]}" --drift-nu 0.02 --drift-time-s 1000
digest iris_poisson_devices iris --encoder poisson "${brief[@]}" "${real[@]}"
digest iris_waterfall iris "${brief[@]}" "${real[@]}" --waterfall
digest iris_own_class iris --protocol own_class "${small[@]}"
digest iris_own_class_devices iris --protocol own_class "${small[@]}" "${real[@]}"
digest iris_own_class_poisson iris --protocol own_class --encoder poisson "${small[@]}"
digest breast_cancer_temporal breast_cancer --rule ppx "${brief[@]}"
digest digits_temporal digits "${brief[@]}"
digest cartpole_imitation cartpole --rule stdp --states 300 --epochs 3 --seeds 2 --evaluation-episodes 5
digest cartpole_online cartpole --protocol online --seeds 1 --episodes 60 --evaluation-episodes 5
digest cartpole_online_timing cartpole --protocol online --modulation timing --rule ppx --seeds 1 --episodes 60 --evaluation-episodes 5
digest cartpole_online_pulses cartpole --protocol online --modulation pulses --seeds 1 --episodes 60 --evaluation-episodes 5 --dtod 0.1
