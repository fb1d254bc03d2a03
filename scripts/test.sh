#!/usr/bin/env bash
# All that must pass before a change lands: tests side by side with the checks, those with browsers and servers,
# then two at a time those that kill and load, and would disturb all others. Everything runs even after a failure; the end says it all.
set -uo pipefail
cd "$(dirname "$0")/.."
python=.venv/bin/python
unset PYTHONDONTWRITEBYTECODE # hundreds of processes start: each would compile every library anew
logs=$(mktemp -d)
# Tests commit thousands of times: in memory none of these waits for the disk. Those that kill stay on the disk.
free=$(df --output=avail -BM /dev/shm 2>/dev/null | tail -n 1 | tr -dc 0-9)
memory=$([ "${free:-0}" -ge 4000 ] && mktemp -d /dev/shm/minilens.XXXXXX)
trap 'rm -rf "$logs" ${memory:+"$memory"}' EXIT
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

quick=($python -m pytest)
if [ -n "$memory" ]; then
    chmod 711 "$memory" # PostgreSQL runs as somebody else
    quick=(env "TMPDIR=$memory" $python -m pytest "--basetemp=$memory/t")
fi

# Reading every file of tests takes as long as hundreds of tests: who asks for few is given their files.
mapfile -t waiting < <(grep -rl --include="test_*.py" "mark\.waits" tests)
mapfile -t alone < <(grep -rl --include="test_*.py" "mark\.serial" tests)

# The checks keep one core busy: tests go on beside them.
(
    scripts/lint.sh >"$logs/checks" 2>&1
    echo $? >"$logs/code"
) &
checks=$!
checked() {
    until [ -s "$logs/code" ] || ! kill -0 $checks 2>/dev/null; do sleep 0.2; done
    cat "$logs/checks"
    return "$(cat "$logs/code" || echo 1)"
}
# Neighbours stay with one worker, which makes what they share once; who is done first takes from the others.
step "tests, side by side" "${quick[@]}" -n 3 --dist worksteal -m "not waits and not serial and not long"
step "checks" checked
# These wait more than they work. Files go out in the order of tests/conftest.py, those that take longest first.
step "browsers and servers" "${quick[@]}" -n 4 --dist loadfile --no-loadscope-reorder \
    -m "waits and not serial and not long" "${waiting[@]}"
step "kills and load" $python -m pytest -n 2 --dist loadfile -m "serial and not long" "${alone[@]}"

echo
printf '%s\n' "${summary[@]}"
exit $status
