#!/usr/bin/env bash
# run.sh MAIL_PEER [MESSAGES]: compares the mail room with its peers. The peers come from npm, into build/mail_peers; where
# they cannot be had, says so and ends with 77, which ctest shows as skipped.
set -euo pipefail
peer=$(realpath "$1")
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
root=$(realpath "$here/../../..")
work=$root/build/mail_peers
mkdir -p "$work"
cp -p "$here"/*.mjs "$here"/package.json "$here"/package-lock.json "$work"
export PATH="$root/.node/bin:$PATH"
cd "$work"
if ! [ -d node_modules/mailauth ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --ignore-scripts --no-audit --no-fund >npm.log 2>&1 || {
    echo "mail_peers: skipped, the peers cannot be had from npm (see $work/npm.log)"
    exit 77
  }
fi
exec node peers.mjs "$peer" "${2:-100}"
