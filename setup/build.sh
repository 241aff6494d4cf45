#!/usr/bin/env bash
# build.sh [TARGET...]: builds the release of the given targets, or of all, in build/release.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
setup/definitions.sh
[ -f build/release/build.ninja ] || step configure "Preparing the build" cmake --preset release
targets=()
[ "$#" -gt 0 ] && targets=(--target "$@")
log=$logs/build.log
NINJA_STATUS='[%f/%t] ' cmake --build build/release "${targets[@]}" 2>&1 | tee "$log" | counted "Building:" || {
  grep -A 12 -E '(error|FAILED):' "$log" | head -n 80
  die "the build failed; all of it is in $log"
}
