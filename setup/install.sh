#!/usr/bin/env bash
# install.sh run|test: installs the Debian packages of setup/packages_*.txt that are missing. Says nothing when none is.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

lists=(setup/packages_run.txt)
case ${1:-run} in
  run) ;;
  test) lists+=(setup/packages_test.txt) ;;
  *) die "usage: setup/install.sh run|test" ;;
esac
mapfile -t wanted < <(awk '!/^#/ && NF { print $1 }' "${lists[@]}")
# Node comes from npm; any npm will do, and Debian's own one is taken only where there is none.
if [ -f web/package.json ] && ! [ -x .node/bin/node ] && ! command -v npm >/dev/null; then wanted+=(npm); fi

mapfile -t missing < <(
  dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null |
    awk '$1 == "installed" { print $2 }' | sort -u |
    comm -13 - <(printf '%s\n' "${wanted[@]}" | sort -u)
)
[ "${#missing[@]}" -eq 0 ] && exit 0

say "Debian packages to install: ${missing[*]}"
if [ "$(id -u)" -eq 0 ]; then
  as_root=()
elif command -v sudo >/dev/null; then
  as_root=(sudo)
else
  die "these packages need root to be installed, and there is no sudo. As root, once: setup/install.sh ${1:-run}"
fi
if [[ " ${missing[*]} " == *" libboost1.81-dev "* ]] && dpkg-query -W -f='${db:Status-Status}' libboost1.74-dev 2>/dev/null | grep -q '^installed'; then
  say "libboost1.81-dev takes the place of libboost1.74-dev, which Debian does not allow beside it."
fi

# Nothing that is installed here may start as a service: the tests start their own.
policy=/usr/sbin/policy-rc.d
if ! [ -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod 0755 "$policy"
  trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi
printf 'postfix postfix/main_mailer_type select No configuration\n' | "${as_root[@]}" debconf-set-selections

apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300)
step apt_update "Asking for the package lists" "${apt[@]}" update || say "Going on with the lists that are here."
step apt_install "Installing ${#missing[@]} packages" "${apt[@]}" install --no-install-recommends "${missing[@]}"
