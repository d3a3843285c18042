#!/bin/sh
# Every number of docs/speed.md, as markdown: the parts, whole networks, and Brian2 beside them.
# Draws docs/gallery/rows.svg too.
#   bench/run.sh [BUILD_DIR] > speed.md        under ten minutes on two cores
# Builds the benchmarks in BUILD_DIR (build/release) first; Brian2 is left out if it is not there.
set -eu
cd "$(dirname "$0")/.."
build=${1:-build/release}
{
  cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DMEMPLAST_BENCH=ON
  cmake --build "$build" --target network_bench micro_bench memplast_cli
} >&2

measure() { # program, benchmarks
  "$1" --benchmark_filter="$2" --benchmark_format=json --benchmark_min_time=0.1 \
    --benchmark_repetitions=5 2> /dev/null
}
rows=$(mktemp)
trap 'rm -f "$rows"' EXIT

echo "Processor: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) threads;" \
  "$(c++ --version | head -1)."
printf '\n### Parts\n\n'
measure "$build/bench/micro_bench" . | python3 bench/table.py
printf '\n### Networks\n\n'
measure "$build/bench/network_bench" '^(784x400, 3 s|40x3|784x6400)' | python3 bench/table.py
printf '\n### Rows of square crossbars\n\n'
measure "$build/bench/network_bench" '^rows' > "$rows"
python3 bench/table.py < "$rows"
python3 bench/plot_rows.py docs/gallery/rows.svg < "$rows"

printf '\n### Fifty Iris folds, whole process\n\n'
echo "| rule | wall time [s] |"
echo "|---|---|"
for rule in nc ppx stdp; do
  python3 - "$build/cli/memplast" "$rule" << 'END'
import subprocess, sys, tempfile, time
with tempfile.TemporaryDirectory() as folder:
    times = []
    for k in range(7):
        start = time.perf_counter()
        subprocess.run([sys.argv[1], "run", "iris", "--rule", sys.argv[2], "-o", f"{folder}/{k}.h5"],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
print(f"| {sys.argv[2]} | {sorted(times)[3]:.3f} (median of 7) |")
END
done

if /usr/bin/python3 -c "import brian2" 2> /dev/null; then
  printf '\n### Brian2 (C++ standalone, one thread) on the same networks\n\n'
  /usr/bin/python3 bench/peers/brian2_networks.py "$build/bench/network_bench" 2> /dev/null
fi
