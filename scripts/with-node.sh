#!/bin/sh
# Sets up where needed, then becomes Node 24 on a file of the project:
#   sh scripts/with-node.sh [--for test] FILE [ARGUMENT…]
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
purpose=use
[ "$1" = --for ] && purpose=$2 && shift 2
sh "$root/scripts/setup.sh" "$purpose" || exit $?
. "$root/scripts/node-path.sh"
file=$1
shift
export PATH="$(dirname "$node24"):$PATH"
exec "$node24" "$root/$file" "$@"
