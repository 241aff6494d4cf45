#!/usr/bin/env bash
# fuzz.sh SECONDS: builds every fuzzer with the sanitizers and runs each for that long; stops at the first finding.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
setup/install.sh test
seconds=${1:-600}
setup/definitions.sh
[ -f build/fuzz/build.ninja ] || cmake --preset fuzz >"$logs/configure-fuzz.log"
mapfile -t fuzzers < <(git ls-files '*_fuzz.cpp' | xargs -n 1 basename -s .cpp)
cmake --build build/fuzz --target "${fuzzers[@]}" "${fuzzers[@]/%/_smoke}" >"$logs/build-fuzz.log" 2>&1 || die "the fuzzers do not build; see $logs/build-fuzz.log"
for fuzzer in "${fuzzers[@]}"; do
  mkdir -p "build/fuzz/corpus/$fuzzer"
  say "$fuzzer, $seconds s"
  "$(find build/fuzz -type f -executable -name "${fuzzer}_smoke")" "proof/fuzz/seeds/$fuzzer.txt" "build/fuzz/corpus/$fuzzer"
  program=$(find build/fuzz -type f -executable -name "$fuzzer")
  "$program" -max_total_time="$seconds" -rss_limit_mb=2048 -print_final_stats=1 "build/fuzz/corpus/$fuzzer" \
    >"$logs/$fuzzer.log" 2>&1 || die "$fuzzer found something; see $logs/$fuzzer.log"
  grep -E "number_of_executed_units" "$logs/$fuzzer.log"
done
