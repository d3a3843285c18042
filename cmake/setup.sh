# Sourced by quickstart.sh, test.sh and .ci/run: goes to the root of the source, makes sure that the
# packages of packages.txt are there, and defines how to build.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# install_missing PACKAGE...: installs what is missing; without the right to, says so and exits 2.
install_missing() {
  command -v dpkg-query > /dev/null || { echo "No Debian here: trusting that all is installed."; return; }
  local package missing=() as_root=()
  for package in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null) == installed ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    if ! sudo -n true 2> /dev/null; then
      echo "Missing packages; install them and try again:" >&2
      echo "  apt-get install ${missing[*]}" >&2
      exit 2
    fi
    as_root=(sudo -n)
  fi
  echo "Installing ${missing[*]}"
  "${as_root[@]}" apt-get -qq update
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq install --yes --no-install-recommends "${missing[@]}" > /dev/null
}

# build PRESET [TARGET]: configures and builds in build/PRESET; in CI warnings are errors.
build() {
  cmake --preset "$1" -DMEMPLAST_WARNINGS_AS_ERRORS="${CI:+ON}" > "build/$1.log" 2>&1 || { cat "build/$1.log" >&2; exit 1; }
  cmake --build --preset "$1" ${2:+--target "$2"}
}

mapfile -t packages < <(grep -v '^#' packages.txt)
install_missing "${packages[@]}"
mkdir -p build
export CMAKE_CXX_COMPILER_LAUNCHER=ccache
export CCACHE_BASEDIR=$PWD CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
