#!/bin/sh
# The engine's tests on processors that this machine need not be, under qemu-user: x86-64-v2 and v3
# (one binary, which picks its vectors at run time) and arm64 (cross-compiled).
#   tests/other_processors.sh          some ten minutes
# Needs Debian's qemu-user and g++-aarch64-linux-gnu, and what the build needs.
set -eu
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

sources="lib/io/csv lib/coding/encoders lib/io/file lib/numeric/huge_pages lib/io/json lib/engine/lif
  lib/engine/pairing lib/base/parallel lib/numeric/random lib/base/text lib/engine/volley tests/main
  tests/support tests/lib/engine/crossbar_test tests/lib/numeric/fast_exp_test
  tests/lib/engine/golden_network_test tests/lib/engine/golden_synapse_test
  tests/lib/engine/grid_network_test tests/lib/engine/volley_test"

# Headers come from this machine's packages.
build() { # compiler, program, how to link
  for source in $sources; do echo "$source"; done | xargs -P "$(nproc)" -I '{}' sh -c '
    "$1" -std=c++20 -O2 -ffp-contract=off -DNDEBUG -I. -isystem /usr/include/eigen3 \
      -idirafter /usr/include -idirafter /usr/include/x86_64-linux-gnu \
      -DMEMPLAST_GOLDEN="\"$PWD/tests/golden\"" -DMEMPLAST_DATASETS="\"$PWD/datasets\"" \
      -c "$3.cpp" -o "$2.$(basename "$3").o"' sh "$1" "$2" '{}'
  # shellcheck disable=SC2086
  "$1" -o "$2" "$2".*.o -lpthread $3
}

build g++ "$folder/x86_64" -lcrypto
# Hashing is not called; arm64's OpenSSL need not be here.
build aarch64-linux-gnu-g++ "$folder/arm64" "-static -Wl,--unresolved-symbols=ignore-all"
for cpu in Nehalem Haswell; do
  echo "x86-64, $cpu"
  qemu-x86_64 -cpu "$cpu" "$folder/x86_64" "[golden],[grid_network],[volley],[fast_exp]"
done
echo arm64
qemu-aarch64 "$folder/arm64" "[golden],[grid_network],[volley],[fast_exp]"
