#!/usr/bin/env bash
# Installs, builds a release and starts the demonstration, as an ordinary user even when root asks.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
setup/install.sh run

# Under sudo in somebody's checkout, all the rest is done as that person: nothing of root's stays in it.
owner=$(stat -c %U .)
if [ "$(id -u)" -eq 0 ] && [ "$owner" != root ] && [ "$owner" != UNKNOWN ]; then
  chown -R "$owner:" build
  exec setpriv --reuid="$owner" --regid="$(id -g "$owner")" --init-groups \
    env HOME="$(getent passwd "$owner" | cut -d: -f6)" setup/run.sh
fi

setup/web.sh
setup/build.sh carnetd carnet carnet-sandbox
as_user=()
if [ "$(id -u)" -eq 0 ]; then
  id carnet >/dev/null 2>&1 || useradd --system --home-dir /nonexistent --shell /usr/sbin/nologin carnet
  as_user=(setpriv --reuid=carnet --regid=carnet --init-groups --no-new-privs)
  if ! "${as_user[@]}" test -x "$PWD/build/release/bin/carnetd"; then
    # The checkout lies where only root may look (/root): what runs is copied where the user may read it.
    place=/srv/carnet
    mkdir -p "$place"
    for part in build/release/bin rules web/dist web/messages carnet.toml; do
      rm -rf "${place:?}/$part"
      [ ! -e "$part" ] || cp -R --parents "$part" "$place"
    done
    chmod -R a+rX "$place/build" "$place/rules" "$place/web"
    [ -e var ] || { mkdir -p "$place/var" && ln -s "$place/var" var; }
    say "What runs is in $place; var/ here leads to $place/var."
    cd "$place"
  fi
  mkdir -p var
  chown -R carnet:carnet var/.
fi
exec "${as_user[@]}" build/release/bin/carnetd --demonstration --data var
