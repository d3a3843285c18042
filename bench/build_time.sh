#!/usr/bin/env bash
# CPU seconds (user + system) of a Release build of the program without ccache: the working tree
# against a revision of it, one after the other on the same machine.
#   bench/build_time.sh [REVISION]       by default the first public one; about 20 minutes of a core
#   CXX=g++-14 JOBS=4 bench/build_time.sh
# Load of other programs disturbs both numbers; their ratio is what counts.
set -euo pipefail
cd "$(dirname "$0")/.."
revision=${1:-6389f51}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# cpu_seconds FOLDER: builds the program there.
cpu_seconds() {
  cmake -S "$1" -B "$1/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DMEMPLAST_TESTS=OFF \
    -DCMAKE_CXX_COMPILER_LAUNCHER= > "$1/log"
  local TIMEFORMAT='%U %S'
  { time cmake --build "$1/build" --target memplast_cli -j "${JOBS:-$(nproc)}" >> "$1/log"; } 2>&1 |
    awk '{ sum = $1 + $2 } END { print sum }'
}

mkdir "$folder/then" "$folder/now"
git archive "$revision" | tar -x -C "$folder/then"
git ls-files -z --cached --others --exclude-standard | tar -c --null --ignore-failed-read -T - |
  tar -x -C "$folder/now"
unset CMAKE_CXX_COMPILER_LAUNCHER
now=$(cpu_seconds "$folder/now")
then=$(cpu_seconds "$folder/then")
awk -v now="$now" -v then="$then" -v revision="$revision" 'BEGIN {
  printf "%-14s %7.0f CPU seconds\n%-14s %7.0f CPU seconds\nratio %18.2f\n",
    "working tree", now, revision, then, now / then }'
