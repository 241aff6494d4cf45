#!/usr/bin/env bash
# Every test, from nothing: installs, builds all, runs ctest. Shows a count, what failed, and ctest's closing lines.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
setup/install.sh test
setup/web.sh
setup/build.sh
log=$logs/ctest.log
code=0
rm -f "$log"
ctest --test-dir build/release -j2 --output-on-failure --timeout 900 "$@" 2>&1 | tee "$log" |
  awk '
    /^ *[0-9]+\/[0-9]+ Test +#/ {
      split($1, n, "/")
      if (n[2] > 0 && int(10 * n[1] / n[2]) > tenth) { tenth = int(10 * n[1] / n[2]); printf "Testing: %d of %d\n", n[1], n[2]; fflush() }
      failed = ($0 !~ / Passed /)
      if (failed) { print; shown = 0 }
      next
    }
    /^ *Start +[0-9]+:/ || /^Test project / || /^Internal ctest/ { next }
    /^[0-9]+% tests passed/ { closing = 1 }
    closing { print; next }
    failed && ++shown <= 60 { print }' || code=$?
say "All of it is in $log"
exit "$code"
