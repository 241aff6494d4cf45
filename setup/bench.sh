#!/usr/bin/env bash
# Measures: one line per load, in the form  NAME conc=64 rate=1234 p50_ms=1.2 p99_ms=3.4 cpu_us=45 errors=0
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
setup/install.sh run
setup/web.sh
setup/build.sh carnetd carnet-sandbox carnet_bench
exec build/release/bin/carnet_bench "$@"
