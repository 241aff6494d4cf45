#!/usr/bin/env bash
# Builds web/ into web/dist with the Node of this checkout, only when its sources have changed.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
[ -f web/package.json ] || exit 0
setup/node.sh
export PATH="$PWD/.node/bin:$PATH"
stamps=build/stamps
mkdir -p "$stamps"

# The sum of what the pages are made from: every file of web/ but what is installed or built there.
sources() {
  find web \( -name node_modules -o -name dist \) -prune -o -type f -print0 | sort -z | xargs -0 sha256sum
  cat setup/node.sh
}
installed=$(cat web/package-lock.json setup/node.sh | sha256sum)
if ! [ -d web/node_modules ] || [ "$(cat "$stamps/web_installed" 2>/dev/null)" != "$installed" ]; then
  step web_install "Installing what the pages are built with" npm --prefix web ci --no-audit --no-fund
  printf '%s\n' "$installed" >"$stamps/web_installed"
fi
built=$(sources | sha256sum)
if ! [ -d web/dist ] || [ "$(cat "$stamps/web_built" 2>/dev/null)" != "$built" ]; then
  step web_build "Building the pages" npm --prefix web run build
  printf '%s\n' "$built" >"$stamps/web_built"
fi
