#!/usr/bin/env bash
# Builds memplast and runs its tests.
source "$(dirname "$0")/cmake/setup.sh"
build release
ctest --preset release -j "$(nproc)" --no-tests=error
