#!/usr/bin/env bash
# All that must pass before a change lands: checks, tests side by side, those with browsers and servers,
# then one after another those that need the machine to themselves. Everything runs even after a failure; the end says it all.
set -uo pipefail
cd "$(dirname "$0")/.."
python=.venv/bin/python
unset PYTHONDONTWRITEBYTECODE # hundreds of processes start: each would compile every library anew
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
summary=()
status=0

step() { # step NAME COMMAND...
    local name=$1 began=$SECONDS code
    shift
    echo
    echo "━━ $name"
    "$@" 2>&1 | tee "$logs/last"
    code=${PIPESTATUS[0]}
    [ "$code" = 0 ] || status=1
    summary+=("$(printf '%-22s %-7s %4d s  %s' "$name" \
        "$([ "$code" = 0 ] && echo passed || echo FAILED)" $((SECONDS - began)) \
        "$(grep -E '(passed|failed|error|no tests ran).* in [0-9.]+s' "$logs/last" | tail -n 1 | tr -d '=')")")
}

step "checks" scripts/lint.sh
step "tests, side by side" $python -m pytest -n 2 -m "not waits and not serial and not long"
step "browsers and servers" $python -m pytest -n 2 --dist loadfile -m "waits and not serial and not long"
step "tests, one by one" $python -m pytest -n 0 -m "serial and not long"

echo
printf '%s\n' "${summary[@]}"
exit $status
