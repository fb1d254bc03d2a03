#!/usr/bin/env bash
# The tests of the tracker, in Node. Its packages come from npm, once, as package-lock.json has them.
set -uo pipefail
cd "$(dirname "$0")/../tracker"
left_out() {
    echo "The tests of the tracker are left out: $*." >&2
    exit 0
}
command -v npm >/dev/null || left_out "npm is missing (with Debian's nodejs: apt-get install npm)"
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    # esbuild's script of installation only checks the binary that is there already
    npm ci --silent --no-audit --no-fund --ignore-scripts >/dev/null || left_out "npm could not get their packages"
    touch node_modules/.package-lock.json
fi
[ "${1:-}" = install ] || npm test --silent
