# shellcheck shell=bash
# Sourced by the scripts beside it: one short line per step, the whole output in build/logs/.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
logs=build/logs
mkdir -p "$logs"

say() { printf '%s\n' "$*"; }
die() { printf 'carnet: %s\n' "$*" >&2; exit 1; }

# step NAME "words" command...: runs the command with its output in build/logs/NAME.log; on failure shows its end.
step() {
  local name=$1 words=$2 start=$SECONDS code=0
  shift 2
  printf '%s ... ' "$words"
  "$@" >"$logs/$name.log" 2>&1 </dev/null || code=$?
  if [ "$code" -ne 0 ]; then
    printf 'failed\n'
    tail -n 60 "$logs/$name.log"
    say "carnet: all of it is in $logs/$name.log"
    return "$code"
  fi
  printf '%s s\n' "$((SECONDS - start))"
}

# counted WORDS: reads lines that begin with [n/m]; shows a moving count on a terminal, else a line every tenth.
counted() {
  local tty=0
  [ -t 1 ] && tty=1
  awk -v words="$1" -v tty="$tty" '
    match($0, /^\[[0-9]+\/[0-9]+\]/) {
      split(substr($0, 2, RLENGTH - 2), n, "/")
      if (tty) printf "\r%s %d of %d ", words, n[1], n[2]
      else if (n[2] > 0 && int(10 * n[1] / n[2]) > tenth) { tenth = int(10 * n[1] / n[2]); printf "%s %d of %d\n", words, n[1], n[2] }
      fflush(); seen = 1
    }
    END { if (tty && seen) printf "\n" }'
}
