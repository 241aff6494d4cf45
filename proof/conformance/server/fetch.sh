#!/usr/bin/env bash
# Fetches a FHIR client of this folder's proof, with the Node of this checkout, when it is not there as its lock file says:
# without a word fhir-kit-client, into build/conformance-server; `fetch.sh fhirclient` the second one, into
# build/conformance-fhirclient. 77, for ctest "skipped", when it cannot be fetched.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
from=proof/conformance/server${1:+/$1}
name=conformance-${1:-server}
to=build/$name
stamp=build/stamps/$name
wanted=$(cat "$from/package.json" "$from/package-lock.json" | sha256sum)
[ -d "$to/node_modules" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && exit 0
mkdir -p "$to" build/stamps
cp "$from/package.json" "$from/package-lock.json" "$from/.npmrc" "$to/"
export PATH="$PWD/.node/bin:$PATH"
if ! npm --prefix "$to" ci --no-audit --no-fund; then
  echo "The client could not be fetched: what is proven with it is skipped."
  exit 77
fi
printf '%s\n' "$wanted" >"$stamp"
