#!/usr/bin/env bash
# A sweep on 1, 2 and 4 ranks gives the bytes of one process; one whose rank is killed can go on.
# sweep_under_mpi.sh MEMPLAST
set -eu
memplast=$1
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
cd "$folder"
cat > sweep.json << 'JSON'
{"task": "iris", "encoder": "poisson", "subnetworks": 1, "partitions": 2,
 "vary": {"rule": ["nc", "stdp"], "seed": [1, 2]}}
JSON
mpi() { mpirun --allow-run-as-root --oversubscribe -n "$1" "$memplast" sweep sweep.json --quiet "${@:2}"; }

"$memplast" sweep sweep.json -o whole.h5 --quiet > /dev/null
for ranks in 1 2 4; do
  mpi $ranks -o $ranks.h5 > /dev/null
  cmp whole.h5 $ranks.h5
  echo "$ranks ranks: the same bytes"
done

mpi 3 -o killed.h5 > /dev/null 2> killed.err &
until [[ -s killed.h5.checkpoint && $(stat -c %s killed.h5.checkpoint) -gt 12000 ]]; do sleep 0.01; done
pgrep -f "^$memplast sweep sweep.json --quiet -o killed.h5" | tail -1 | xargs kill -9
if wait $!; then
  echo "a killed rank went unnoticed" >&2
  exit 1
fi
[[ ! -e killed.h5 ]]
mpi 2 -o killed.h5 --resume > /dev/null
cmp whole.h5 killed.h5
echo "a rank was killed: resumed to the same bytes"
