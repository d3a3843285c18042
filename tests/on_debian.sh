#!/usr/bin/env bash
# What a stranger sees: a Debian of SUITE with the bare minimum, a clone of this checkout's last
# commit, ./quickstart.sh and ./test.sh in it; then the digests of the runs of tests/digests.sh.
#   tests/on_debian.sh trixie          as root; half an hour of two cores, 3 GB below ${TMPDIR:-/var/tmp}
# Needs Debian's debootstrap. For the same bits on two Debians, compare what stands after "Digests".
set -euo pipefail
suite=$1
cd "$(dirname "$0")/.."
root=$(mktemp -d -p "${TMPDIR:-/var/tmp}")
clean_up() {
  ! mountpoint -q "$root/proc" || umount "$root/proc"
  rm -rf --one-file-system "$root"
}
trap clean_up EXIT

debootstrap --variant=minbase "$suite" "$root" > "$root.log" || { cat "$root.log" >&2; exit 1; }
rm "$root.log"
git clone --quiet . "$root/memplast"
mount -t proc proc "$root/proc"

# in_it WHAT COMMAND...: runs it there, in the clone; says how long it took.
in_it() {
  local start=$SECONDS
  echo "== $suite: $1"
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb \
    chroot "$root" bash -c 'cd /memplast && "$@"' bash "${@:2}"
  echo "== $suite: $1: $((SECONDS - start)) s, $(du -shx "$root" | cut -f1) on disk"
}
in_it "the first command" ./quickstart.sh
in_it Tests ./test.sh
in_it Digests tests/digests.sh build/release/cli/memplast
