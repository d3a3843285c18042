#!/usr/bin/env bash
# What is lost between a trained network and the devices: accuracy as trained, and through exported
# differential maps of 64 levels that are read back, over 5 folds x 10 partitions; then what ngspice
# says of one map as a circuit. Usage: bench/exported_maps.sh [PROGRAM]
set -euo pipefail
program=${1:-build/release/cli/memplast}
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT

for task in iris breast_cancer; do
  results=$folder/$task.h5
  "$program" run "$task" --rule nc -o "$results" > /dev/null
  for mapping in single differential unidirectional offset; do
    maps=()
    for partition in {0..9}; do
      for fold in {0..4}; do
        map=$folder/$task-${partition}_$fold.json
        "$program" export "$results" --format json --mapping "$mapping" --levels 64 \
          --fold "${partition}_$fold" -o "$map" > /dev/null
        maps+=("$map")
      done
    done
    echo "$task, $mapping, 64 levels: $("$program" retest "$results" --map "${maps[@]}" | tail -1 | tr -s ' ')"
  done
  for wire_ohm in 0 2.5; do
    "$program" export "$results" --format spice --wire-ohm "$wire_ohm" --verify \
      -o "$folder/map.cir" | sed -n "s/^ngspice/$task, $wire_ohm Ohm per segment: ngspice/p"
  done
done
