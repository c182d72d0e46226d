#!/bin/sh
# Installs, once, what the project needs on a Debian machine: Debian packages, Node 24, npm packages.
# A stamp of what was installed makes every later call return at once.
#   sh scripts/setup.sh [test]     `test` adds what only the tests need
# Exit codes: 0 ready, 3 something is missing that only you can install.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
purpose=${1:-use}
stamp=.tools/ready-$purpose
wanted=$(cat package-lock.json scripts/setup.sh | cksum)
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && exit 0

say() { printf '%s\n' "$*" >&2; }

# Programs or files, and the Debian package that has each. The last line: area, delay, power, LUTs and Fmax, which some
# tasks of hardware-basics limit.
needs='bwrap:bubblewrap setpriv:util-linux nsenter:util-linux ip:iproute2 git:git
iverilog:iverilog vvp:iverilog yosys:yosys berkeley-abc:berkeley-abc python3:python3 make:make g++:g++
socat:socat gdb:gdb objdump:binutils file:file xxd:xxd /usr/lib/python3/dist-packages/flask/__init__.py:python3-flask
/usr/share/qflow/tech/osu018/osu018_stdcells.lib:qflow-tech-osu018 sta:opensta nextpnr-ice40:nextpnr-ice40'
[ "$purpose" = test ] && needs="$needs chromium:chromium tmux:tmux dockerd:docker.io coqc:coq
/usr/lib/python3/dist-packages/torch/__init__.py:python3-torch /usr/lib/x86_64-linux-gnu/openblas-openmp/libopenblas.so.0:libopenblas0-openmp"

is_there() {
  case $1 in
    /*) [ -e "$1" ] ;;
    *) command -v "$1" >/dev/null 2>&1 || PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null 2>&1 ;;
  esac
}

missing=
for need in $needs; do
  is_there "${need%%:*}" ||
    case " $missing " in *" ${need##*:} "*) ;; *) missing="$missing ${need##*:}" ;; esac
done
if [ -n "$missing" ]; then
  install="apt-get install -y --no-install-recommends$missing"
  if [ "$(id -u)" = 0 ]; then as=
  elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then as=sudo
  else as=cannot
  fi
  if [ "$as" = cannot ] || ! command -v apt-get >/dev/null 2>&1; then
    say "Touchstone needs these Debian packages:$missing"
    say "Type this as root, then the same command again:"
    say "  apt-get update && $install"
    exit 3
  fi
  say "Installing Debian packages:$missing"
  mkdir -p .tools
  if ! { $as apt-get update && DEBIAN_FRONTEND=noninteractive $as $install; } >.tools/apt.log 2>&1; then
    tail -n 5 .tools/apt.log >&2
    say "apt-get did not succeed (.tools/apt.log has all it said). Type this as root, then the same command again:"
    say "  apt-get update && $install"
    exit 3
  fi
fi

mkdir -p .tools
. scripts/node-path.sh
if [ -z "$node24" ]; then
  package=$(basename "$(dirname "$(dirname "$fetched")")")
  say "Fetching Node 24 from npm ($package); the machine has $(node --version 2>/dev/null || echo none)"
  if ! npm install --prefix .tools --no-save --no-package-lock --no-audit --no-fund "$package@24" >.tools/node.log 2>&1; then
    tail -n 5 .tools/node.log >&2
    say "npm could not fetch $package@24. Install Node 24 by other means, then type the same command again."
    exit 3
  fi
  . scripts/node-path.sh
  [ -n "$node24" ] || { say "The fetched Node does not run here: $fetched"; exit 3; }
fi

say "Installing npm packages"
home=$(dirname "$(dirname "$node24")")
[ -d "$home/include/node" ] && export npm_config_nodedir="$home"
# Not `npm ci`: it refuses a lock file that lacks other platforms' packages, which not every registry has.
# Without saving, `npm install` takes the locked versions and leaves the lock file as it is.
if ! PATH="$(dirname "$node24"):$PATH" npm install --no-save --no-audit --no-fund >.tools/npm.log 2>&1; then
  tail -n 15 .tools/npm.log >&2
  say "npm install did not succeed; .tools/npm.log has all it said."
  exit 3
fi
printf '%s\n' "$wanted" >"$stamp"
