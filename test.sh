#!/usr/bin/env bash
# Builds memplast and runs its tests.
source "$(dirname "$0")/cmake/setup.sh"
install_missing $(all_packages)
build release all -DMEMPLAST_TESTS=ON
ctest --preset release -j "$(nproc)" --no-tests=error
