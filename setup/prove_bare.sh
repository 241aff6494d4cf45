#!/usr/bin/env bash
# prove_bare.sh setup|test|run|all: does in a bare Debian 12, made for it by debootstrap, what the README says to do in one,
# as root and with no other Node, on a clone of the last commit; prints what each step took. Needs root and debootstrap.
# The packages come from the mirrors this machine is configured with. The folder is removed at the end; KEEP=1 keeps it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
what=${1:-}
case $what in setup | test | run | all) ;; *) echo "usage: setup/prove_bare.sh setup|test|run|all" >&2 && exit 2 ;; esac
[ "$(id -u)" -eq 0 ] || { echo "prove_bare.sh: root is needed to make a Debian in a folder" >&2 && exit 1; }
command -v debootstrap >/dev/null || { echo "prove_bare.sh: apt-get install debootstrap" >&2 && exit 1; }

place=$(mktemp -d "${TMPDIR:-/var/tmp}/carnet_bare.XXXXXX")
chmod 755 "$place"  # the service runs as an ordinary user, who must pass its root
if [ -z "${KEEP:-}" ]; then trap 'rm -rf --one-file-system "$place"' EXIT; else echo "kept in $place"; fi
timed() {
  local words=$1 start=$SECONDS
  shift
  "$@"
  echo "== $words: $((SECONDS - start)) s"
}

# One line per suite of Debian this machine takes packages from: codename, component, address.
suites=$(apt-get indextargets --format '$(ORIGIN)|$(CODENAME)|$(COMPONENT)|$(REPO_URI)' 'Created-By: Packages' |
  awk -F'|' '$1 == "Debian" && $3 == "main" { print $2, $4 }' | sort -u)
mirror=$(awk '$1 == "bookworm" { print $2 }' <<<"$suites" | head -n 1)
[ -n "$mirror" ] || { echo "prove_bare.sh: this machine has no bookworm mirror (apt-get update?)" >&2 && exit 1; }
make_debian() {
  debootstrap --variant=minbase --include=make bookworm "$place" "$mirror" >"$place.log" 2>&1 ||
    { tail -n 20 "$place.log" && return 1; }
  rm -f "$place.log"
}
timed "a bare Debian" make_debian
awk '{ print "deb " $2 " " $1 " main" }' <<<"$suites" >"$place/etc/apt/sources.list"
cp /etc/resolv.conf "$place/etc/resolv.conf"
# A network that re-signs what passes has its own certificates: those of this machine go along.
extra=()
if compgen -G '/usr/local/share/ca-certificates/*.crt' >/dev/null; then
  mkdir -p "$place/usr/local/share/ca-certificates"
  cp /usr/local/share/ca-certificates/*.crt "$place/usr/local/share/ca-certificates/"
  extra+=(NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt)
fi
if command -v npm >/dev/null; then extra+=("npm_config_registry=$(npm config get registry 2>/dev/null)"); fi
git clone -q --no-hardlinks . "$place/root/carnet"

inside() {
  unshare --mount --pid --fork --kill-child sh -c '
    mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && mount -t sysfs -o ro sys "$1/sys" || exit 1
    place=$1; shift; exec chroot "$place" "$@"' sh "$place" \
    env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb LC_ALL=C.UTF-8 \
    "${extra[@]}" bash -c "cd /root/carnet || exit 1; $1"
}

# Starts, waits until the service says it is ready, stops it as a terminal would; fails when it does not come or go.
start_and_stop='
  make run >/tmp/run.log 2>&1 & pid=$!
  for _ in $(seq 1 3600); do
    grep -q "https://localhost:8443" /tmp/run.log && break
    kill -0 $pid 2>/dev/null || { cat /tmp/run.log; exit 1; }
    sleep 1
  done
  cat /tmp/run.log; : >/tmp/run.log
  kill -TERM $pid; wait $pid
  if ls -l /proc/[0-9]*/exe 2>/dev/null | grep -q carnetd; then echo "carnetd is still there"; exit 1; fi'

case $what in
  setup) timed "packages and Node" inside 'setup/install.sh test && setup/node.sh && .node/bin/node --version && PATH=$PWD/.node/bin:$PATH npm --version' ;;
  test) timed "make test" inside 'make test' ;;
  run)
    timed "the first make run" inside "$start_and_stop"
    timed "the second make run" inside "$start_and_stop"
    ;;
  all)
    timed "make test" inside 'make test'
    timed "the first make run, on what the tests built" inside "$start_and_stop"
    timed "the second make run" inside "$start_and_stop"
    ;;
esac
