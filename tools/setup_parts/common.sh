# Helpers that the set-up parts share. Sourced, never run.
# shellcheck shell=bash

say() { printf '== %s\n' "$*"; }
note() { printf '   %s\n' "$*"; }
fail() {
  printf 'setup: %s\n' "$*" >&2
  exit 1
}

# Commands that change the system go through here: root runs them as they are, anybody else needs sudo.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo "$@"
  else
    fail "\"$*\" needs root: run tools/setup as root or install sudo"
  fi
}
