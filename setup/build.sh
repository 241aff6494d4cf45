#!/usr/bin/env bash
# build.sh [TARGET...]: builds the given targets, or all, in build/release; PRESET names another of CMakePresets.json.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
setup/definitions.sh
preset=${PRESET:-release}
[ -f "build/$preset/build.ninja" ] || step "configure-$preset" "Preparing the build" cmake --preset "$preset"
targets=()
[ "$#" -gt 0 ] && targets=(--target "$@")
log=$logs/build.log
NINJA_STATUS='[%f/%t] ' cmake --build "build/$preset" "${targets[@]}" 2>&1 | tee "$log" | counted "Building:" || {
  grep -A 12 -E '(error|FAILED):' "$log" | head -n 80
  die "the build failed; all of it is in $log"
}
