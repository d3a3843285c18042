#!/usr/bin/env bash
# Draws the figures of docs/gallery.md anew. Usage: bench/gallery.sh [PROGRAM]
set -euo pipefail
program=$(realpath "${1:-build/release/cli/memplast}")
root=$(realpath "$(dirname "$0")/..")
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
cd "$folder"

"$program" fit "$root/datasets/nc_window.csv" --model nc -o nc.json > /dev/null
"$program" run iris --rule nc.json -o iris_nc.h5 > /dev/null
"$program" run iris --rule ppx -o iris_ppx.h5 > /dev/null
"$program" run iris --rule nc.json --levels 16 --dtod 0.3 --ctoc 0.3 --read-noise 0.1 --waterfall \
  -o iris_real.h5 > /dev/null
"$program" run cartpole --protocol online --seeds 5 -o cartpole.h5 > /dev/null
"$program" report iris_nc.h5 iris_ppx.h5 iris_real.h5 cartpole.h5 nc.json \
  --data "$root/datasets/nc_window.csv" -o report.html --figures figures
for figure in comparison model-1-window run-1-folds run-1-confusion run-1-epochs run-1-map \
  run-1-sample run-3-waterfall run-4-learning run-4-pole; do
  cp "figures/$figure.svg" "$root/docs/gallery/${figure#*-[0-9]-}.svg"
done
