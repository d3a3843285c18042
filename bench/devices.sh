#!/usr/bin/env bash
# What non-ideal devices cost on breast cancer: each kind alone and all together, 5 folds x 2 partitions.
# bench/devices.sh [PARTITION_SEED]; needs build/release (./test.sh makes it) and jq. 3 min on 2 cores.
cd "$(dirname "$0")/.."
memplast=build/release/cli/memplast
partition_seed=${1:-100}

levels="--levels 32" spread="--dtod 0.1" stuck="--stuck-low 0.01 --stuck-high 0.01" noise="--read-noise 0.05"
echo "| devices | nc | ppx | stdp |"
echo "|---|---|---|---|"
row() {
  local name=$1 cells="" rule
  shift
  for rule in nc ppx stdp; do
    cells+=" $($memplast run breast_cancer --rule $rule --partitions 2 --partition-seed "$partition_seed" \
      --json "$@" | jq -r '.summary.accuracy | [100 * .mean, 100 * .sd] | @tsv' |
      awk '{ printf "%.2f±%.2f", $1, $2 }') |"
  done
  echo "| $name |$cells"
}
row "ideal"
row "32 levels, rounding by lot" $levels
row "10 % device to device" $spread
row "2 % stuck" $stuck
row "5 % read noise" $noise
row "all together" $levels $spread $stuck $noise
