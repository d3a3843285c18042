#!/usr/bin/env bash
# Installs what BUILD holds, builds tests/consumer unchanged against it with each of FLAGS and through
# pkg-config, runs it, and compares the output: the same each time.
#   tests/consumer_flags.sh build/release            with the flags below; some minutes
#   tests/consumer_flags.sh build/release -O1 -Os    with these
set -euo pipefail
build=$(realpath "$1")
shift
cd "$(dirname "$0")/.."
export CMAKE_GENERATOR=${CMAKE_GENERATOR:-Ninja}  # a bare system has no make
flags=("$@")
if ((${#flags[@]} == 0)); then
  flags=("-O2" "-O3 -march=native" "-mavx" "-march=x86-64-v3" "-march=x86-64-v4"
    "-O1 -fsanitize=address,undefined" "-O1 -march=native -fsanitize=address,undefined" pkg-config)
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
installed=$folder/installed
cmake --install "$build" --prefix "$installed" > "$folder/log"

# Whether the compiler knows the flags and the processor runs what they make.
possible() {
  # shellcheck disable=SC2086
  echo 'int main() { return !(MEMPLAST_CPU); }' |
    c++ $1 -x c++ -o "$folder/try" - "-DMEMPLAST_CPU=$2" 2> /dev/null && "$folder/try"
}
cpu() {
  case $1 in
    *v4*) echo '__builtin_cpu_supports("avx512vl")' ;;
    *v3*) echo '__builtin_cpu_supports("avx2")' ;;
    *avx*) echo '__builtin_cpu_supports("avx")' ;;
    *) echo 1 ;;
  esac
}

# with FLAGS: builds in a folder of its own.
with() {
  if [[ $1 == pkg-config ]]; then
    export PKG_CONFIG_PATH=$(dirname "$(find "$installed" -name memplast.pc)")
    for program in main measured_to_map; do
      # shellcheck disable=SC2046
      c++ tests/consumer/$program.cpp -o "$2/$program" $(pkg-config --cflags --libs memplast)
    done
    mv "$2/main" "$2/consumer"
  else
    cmake -S tests/consumer -B "$2" "-DCMAKE_PREFIX_PATH=$installed" "-DCMAKE_CXX_FLAGS=$1"
    cmake --build "$2" --parallel "$(nproc)"
  fi
}

n=0
for f in "${flags[@]}"; do
  if [[ $f != pkg-config ]] && ! possible "$f" "$(cpu "$f")"; then
    echo "$f: not on this processor or compiler"
    continue
  fi
  at=$folder/$((++n))
  mkdir "$at"
  with "$f" "$at" > "$folder/log" 2>&1 || { cat "$folder/log"; echo "$f: does not build"; exit 1; }
  (cd "$at" && ./consumer && ./measured_to_map "$OLDPWD/datasets/nc_window.csv") > "$at.out" 2>&1 ||
    { cat "$at.out"; echo "$f: stopped"; exit 1; }
  cmp "$folder/1.out" "$at.out" || { diff "$folder/1.out" "$at.out"; echo "$f: another output"; exit 1; }
  echo "$f: $(sha256sum < "$at.out" | cut -c1-16)"
done
cat "$folder/1.out"
grep -Eq '^accuracy (1|0[.]9)' "$folder/1.out"
# A learner of the user's own does its sums by the user's flags: it is not compared, but must learn.
"$folder/1/own_learner" | tee "$folder/own_learner"
[ "$(grep -Ec "accuracy (1|0[.][89])" "$folder/own_learner")" = 3 ]  # chance: 0.33

# Nothing private is installed: memplast.hpp reaches every header.
unreached=$(comm -13 \
  <(echo '#include <memplast/memplast.hpp>' | c++ -std=c++20 -x c++ -MM - -I"$installed/include" \
      $(pkg-config --cflags hdf5 eigen3) | tr -s ' \\' '\n' | grep '^/' | xargs realpath | sort) \
  <(find "$installed/include" -name '*.hpp' -exec realpath {} + | sort))
[[ -z $unreached ]] || { echo "memplast.hpp does not reach, or these are private:"; echo "$unreached"; exit 1; }
((n > 0)) && echo "$n builds: the same output each time"
