#!/usr/bin/env bash
# Fetches the corpora of this folder's tests into build/conformance, with the Node of this checkout, when they are not
# there as the lock file says. 77, for ctest "skipped", when they cannot be fetched.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
from=proof/conformance
to=build/conformance
stamp=build/stamps/conformance
wanted=$(cat "$from/package.json" "$from/package-lock.json" | sha256sum)
[ -d "$to/node_modules" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && exit 0
mkdir -p "$to" build/stamps
cp "$from/package.json" "$from/package-lock.json" "$from/.npmrc" "$to/"
export PATH="$PWD/.node/bin:$PATH"
if ! npm --prefix "$to" ci --no-audit --no-fund; then
  echo "The corpora could not be fetched: what is proven on them is skipped."
  exit 77
fi
printf '%s\n' "$wanted" >"$stamp"
