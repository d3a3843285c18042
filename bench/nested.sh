#!/usr/bin/env bash
# Nested accuracy beside the shipped settings: for each outer fold, the shipped or one of several
# settings around it is chosen by 4-fold cross-validation on its training samples alone.
# bench/nested.sh [PARTITION_SEED]; needs jq and the program, build/release/cli/memplast unless MEMPLAST
# names another. 12 min on 2 cores.
cd "$(dirname "$0")/.."
memplast=${MEMPLAST:-build/release/cli/memplast}
partition_seed=${1:-100}

echo "| task | encoder | outer folds | settings | nc | ppx | stdp |"
echo "|---|---|---|---|---|---|---|"
row() {
  local task=$1 encoder=$2 partitions=$3 trials=$4 cells="" rule
  shift 4
  for rule in nc ppx stdp; do
    cells+=" $($memplast tune "$task" --rule $rule --encoder "$encoder" --trials "$trials" \
      --partitions "$partitions" --partition-seed "$partition_seed" --json "${@/#/--vary=}" |
      jq -r '.nested_accuracy | [100 * .mean, 100 * .sd] | @tsv' |
      awk '{ printf "%.2f±%.2f", $1, $2 }') |"
  done
  echo "| $task | $encoder | 5 x $partitions | $trials |$cells"
}
row iris temporal 2 8 T_ms=0.6:12 w0=0.3:0.6 margin_ms=0.04:0.16 eta_start=0.005:0.04
row breast_cancer temporal 1 8 n_fields=4:6 field_width=1.1:1.5 margin_ms=0.001:0.005 balance=0.4:1
row iris poisson 1 4 n_fields=6:8 field_width=1.3:1.6 margin=0.1:0.25 balance=1.4:2.4
row breast_cancer poisson 1 3 margin=0.02:0.05 balance=0.8:2.4
row digits temporal 1 3 field_width=0.7:1.1 margin_ms=0.01:0.04 eta_start=0.005:0.02
row digits poisson 1 3 margin=0.02:0.05 eta_start=0.005:0.02
