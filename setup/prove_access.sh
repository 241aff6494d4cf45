#!/usr/bin/env bash
# The proofs of access and audit, one line each; the first that fails ends it, with all it printed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
prove() {
  local name=$1
  shift
  if ! "$@" > "$log" 2>&1; then
    cat "$log"
    echo "$name: FAILED" >&2
    exit 1
  fi
  echo "$name: $(grep -v '^$' "$log" | tail -1)"
}
prove grid build/release/proof/access/access_grid
prove worlds build/release/bin/proof_worlds "${RECORDS:-10000}"
prove tampering build/release/proof/seals/seals_tampering
prove "public log" build/release/proof/seals/seals_public_log
prove auditor build/release/proof/auditor/auditor_test --gtest_brief=1
