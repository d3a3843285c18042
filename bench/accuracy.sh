#!/usr/bin/env bash
# The accuracy table of docs/protocols.md: every shipped setting, 5 folds x 10 partitions (digits: 2).
# bench/accuracy.sh [PARTITION_SEED]; needs build/release (./test.sh makes it) and jq. 6 min on 2 cores.
cd "$(dirname "$0")/.."
memplast=build/release/cli/memplast
partition_seed=${1:-100}

echo "| task | protocol | encoder | nc | ppx | stdp | input spikes |"
echo "|---|---|---|---|---|---|---|"
row() {
  local task=$1 protocol=$2 encoder=$3 partitions=${4:-10} cells="" rule
  for rule in nc ppx stdp; do
    read -r cell spikes < <(
      $memplast run "$task" --rule $rule --protocol "$protocol" --encoder "$encoder" \
        --partition-seed "$partition_seed" --partitions "$partitions" --json |
        jq -r '.summary | [100 * .accuracy.mean, 100 * .accuracy.sd, .input_spikes_per_sample] | @tsv' |
        awk '{ printf "%.2f±%.2f %.0f", $1, $2, $3 }')
    cells+=" $cell |"
  done
  echo "| $task | $protocol | $encoder |$cells $spikes |"
}
row iris teacher_timed temporal
row iris teacher_timed poisson
row iris own_class temporal
row iris own_class poisson
row breast_cancer teacher_timed temporal
row breast_cancer teacher_timed poisson
row breast_cancer own_class poisson
row digits teacher_timed temporal 2
