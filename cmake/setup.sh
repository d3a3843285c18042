# Sourced by quickstart.sh, test.sh and .ci/run: goes to the root of the source and defines how to
# install what packages.txt lists and how to build.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The packages of packages.txt: those of the program, or all.
program_packages() { sed '/^# What the tests need/,$d; /^#/d' packages.txt; }
all_packages() { sed '/^#/d' packages.txt; }

# Turns apt-get's status lines into a line that moves on a terminal, or else a line every 20 %.
show_progress() {
  local kind of percent what seen=-20
  while IFS=: read -r kind of percent what; do
    [[ $kind == [dp][lm]status && $percent == [0-9]* ]] || continue
    percent=${percent%.*}
    [[ $kind == dlstatus ]] && kind=downloading || kind=installing
    if [[ -t 1 ]]; then
      printf '\r  %s: %3d %%\e[K' $kind "$percent"
    elif ((percent >= seen + 20 || percent < seen)); then
      seen=$percent
      echo "  $kind: $percent %"
    fi
  done
  [[ ! -t 1 ]] || echo
}

# install_missing PACKAGE...: installs what is missing; without the right to, says so and exits 2.
install_missing() {
  command -v dpkg-query > /dev/null || { echo "No Debian here: trusting that all is installed."; return; }
  local package missing=() as_root=() log
  for package in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null) == installed ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  echo "Installing ${missing[*]}"
  if ((EUID != 0)); then
    as_root=(sudo)
    if ! sudo -n true 2> /dev/null; then
      command -v sudo > /dev/null && echo "sudo may ask for your password: these packages need it, nothing else does."
      if ! sudo -v; then
        echo "These packages are missing; have them installed and try again:" >&2
        echo "  apt-get install ${missing[*]}" >&2
        exit 2
      fi
    fi
  fi
  log=$(mktemp)
  if ! "${as_root[@]}" sh -c '
      apt-get -qq update &&
      DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends \
        -o Dpkg::Use-Pty=0 -o APT::Status-Fd=3 "$@" 3>&1 > /dev/null' sh "${missing[@]}" 2> "$log" |
      show_progress; then
    cat "$log" >&2
    exit 1
  fi
  rm "$log"
}

# build PRESET TARGET OPTION...: configures and builds in build/PRESET; in CI warnings are errors.
build() {
  mkdir -p build
  cmake --preset "$1" -DMEMPLAST_WARNINGS_AS_ERRORS="${CI:+ON}" "${@:3}" > "build/$1.log" 2>&1 ||
    { cat "build/$1.log" >&2; exit 1; }
  cmake --build --preset "$1" --target "$2"
}

if command -v ccache > /dev/null; then
  export CMAKE_CXX_COMPILER_LAUNCHER=ccache
  export CCACHE_BASEDIR=$PWD CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
fi
