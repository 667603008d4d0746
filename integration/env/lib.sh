# shellcheck shell=bash
# Shared by ./dev and the scripts of this folder: messages, and the account that podman is used from.

say() { printf '%s==>%s %s\n' "$bold" "$plain" "$*" >&2; }
warn() { printf '%swarning:%s %s\n' "$bold" "$plain" "$*" >&2; }

# fail MESSAGE [HINT]
fail() {
  printf '%serror:%s %s\n' "$bold" "$plain" "$1" >&2
  [[ -z ${2:-} ]] || printf '%shint:%s %s\n' "$bold" "$plain" "$2" >&2
  exit 1
}

bold='' plain=''
if [[ -t 2 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then bold=$'\033[1m' plain=$'\033[0m'; fi

is_root() { [[ $EUID -eq 0 && $(uname -s) == Linux ]]; }

# The account that everything with podman runs under when we are root: rootless podman needs one.
# shellcheck disable=SC2034
box_user=mino-dev

# user_home USER
user_home() { getent passwd "$1" | cut -d: -f6; }
