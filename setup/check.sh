#!/usr/bin/env bash
# check.sh: what can be said of these scripts without a bare machine. Run by ctest; prove_bare.sh does the rest.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for script in setup/*.sh .ci/run; do bash -n "$script" || die "$script is not bash"; done
for target in run test bench clean; do make -n "$target" >/dev/null || die "make $target is gone"; done
make -n clean | grep -qw var && die "make clean would touch var/, which holds data"
grep -q 'make .*test' .ci/run || die ".ci/run is not make test"

# A step says how it went, keeps what was said, and shows its end when it fails.
logs=$work
[[ $(step good "A step" true) == "A step ... "*" s" ]] || die "a step that goes well does not say so"
fails() { echo "the reason"; return 3; }
code=0
said=$(step bad "A step" fails) || code=$?
[ "$code" -eq 3 ] || die "a step hides the code of what failed"
[[ $said == *"the reason"* ]] || die "a step that fails does not show why"
count=$(printf '[%s/40] Building\n' {1..40} | counted "Counting:" | wc -l)
[ "$count" -eq 10 ] || die "a count without a terminal prints $count lines, not 10"

# Nothing is missing after make test has begun: a second installation must be silent and do nothing.
[ -z "$(setup/install.sh test)" ] || die "setup/install.sh speaks when nothing is missing"
sort <(awk '!/^#/ && NF { print $1 }' setup/packages_*.txt) | uniq -d | { ! grep .; } || die "a package is listed twice"
