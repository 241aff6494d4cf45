#!/usr/bin/env bash
# threads.sh SECONDS: with the thread sanitizer, the suites where threads meet, then the server under the loads of the bench,
# that long each; stops at the first finding.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
setup/install.sh test
seconds=${1:-5}
suites=(observe_test store_test audit_test http_test)
PRESET=tsan setup/build.sh "${suites[@]}" carnetd carnet_bench carnet-sandbox
rm -f "$logs"/threads.*
export TSAN_OPTIONS="log_path=$logs/threads exitcode=66"
for suite in "${suites[@]}"; do
  say "$suite"
  "build/tsan/$suite" --gtest_brief=1 >"$logs/threads-$suite.log" 2>&1 || die "$suite: see $logs/threads-$suite.log and $logs/threads.*"
done
say "The server under load"
build/tsan/bin/carnet_bench "$seconds" --only W1,W2,W3,W4,W5,W5b,import --conc 16 --tls off
if compgen -G "$logs/threads.*" >/dev/null; then die "the server: see $logs/threads.*"; fi
say "No finding."
