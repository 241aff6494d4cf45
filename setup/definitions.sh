#!/usr/bin/env bash
# Fetches the official definitions of FHIR R4 into build/definitions, with the Node of this checkout, when they are not
# there as the lock file says; the build makes the tables of standards/fhir from them.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
setup/node.sh
export PATH="$PWD/.node/bin:$PATH"
from=standards/fhir/generate
to=build/definitions
stamp=build/stamps/definitions
wanted=$(cat "$from/package.json" "$from/package-lock.json" | sha256sum)
[ -d "$to/node_modules" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && exit 0
mkdir -p "$to" build/stamps
cp "$from/package.json" "$from/package-lock.json" "$from/.npmrc" "$to/"
step definitions "Fetching the definitions of FHIR R4" npm --prefix "$to" ci --no-audit --no-fund
printf '%s\n' "$wanted" >"$stamp"
