#!/usr/bin/env bash
# All that must pass before a change lands: the checks beside what the tests need of the system and beside the tests,
# those with browsers and servers, then two at a time those that kill and load, and would disturb all others. Everything
# runs even after a failure; the end says it all.
set -uo pipefail
cd "$(dirname "$0")/.."
python=.venv/bin/python
unset PYTHONDONTWRITEBYTECODE # hundreds of processes start: each would compile every library anew
logs=$(mktemp -d)
# Tests commit thousands of times: in memory none of these waits for the disk. Those that kill stay on the disk.
free=$(df --output=avail -BM /dev/shm 2>/dev/null | tail -n 1 | tr -dc 0-9)
memory=$([ "${free:-0}" -ge 4000 ] && mktemp -d /dev/shm/minilens.XXXXXX)
summary=()
failed=()
status=0

# What is stopped ends as by Ctrl-C: tests put away what they have started.
finish() {
    for pid in "$logs"/*.pid; do
        [ ! -e "$pid" ] || [ -e "${pid%.pid}.end" ] || kill -INT -- "-$(cat "$pid")" 2>/dev/null
    done
    wait
    rm -rf "$logs" ${memory:+"$memory"}
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Runs a command beside all others; what it says and how it ended is asked for with `step`.
beside() { # beside LOG COMMAND...
    local log=$logs/$1
    shift
    : >"$log" # where its command is slow to begin, `step` finds it all the same
    set -m # a group of its own
    (
        began=$SECONDS
        "$@" >"$log" 2>&1
        echo "$? $((SECONDS - began))" >"$log.end"
    ) &
    echo $! >"$log.pid"
    set +m
}

step() { # step NAME LOG
    local log=$logs/$2 code=1 took=0
    echo
    echo "━━ $1"
    tail --pid="$(cat "$log.pid")" -n +1 -f "$log" 2>/dev/null
    wait "$(cat "$log.pid")" # however reading ended
    [ -s "$log.end" ] && read -r code took <"$log.end" # killed, it has none
    [ "$code" = 0 ] || { status=1 && failed+=("$2"); }
    summary+=("$(printf '%-20s %-7s %4d s  %s' "$1" "$([ "$code" = 0 ] && echo passed || echo FAILED)" "$took" \
        "$(grep -E '(passed|failed|error|no tests ran).* in [0-9.]+s' "$log" | tail -n 1 | tr -d '=')")")
}

quick=($python -m pytest)
if [ -n "$memory" ]; then
    chmod 711 "$memory" # PostgreSQL runs as somebody else
    quick=(env "TMPDIR=$memory" $python -m pytest "--basetemp=$memory/t")
fi

# Reading every file of tests takes as long as hundreds of tests: who asks for few is given their files.
mapfile -t waiting < <(grep -rl --include="test_*.py" "mark\.waits" tests)
mapfile -t alone < <(grep -rl --include="test_*.py" "mark\.serial" tests)

packages() {
    scripts/debian.sh
    scripts/clickhouse.sh
}

# In a new checkout nothing is compiled, and workers that begin at once would each compile all of it: the tests, the
# program and its libraries.
compiled() {
    compgen -G "tests/__pycache__/conftest.*-pytest-*.pyc" >/dev/null ||
        $python -m pytest -n 0 --collect-only -qq -p no:cacheprovider >/dev/null
}

beside checks scripts/lint.sh
beside packages packages
beside compiled compiled
step "packages" packages
wait "$(cat "$logs/compiled.pid")" # what is wrong there the tests say, too
# Neighbours stay with one worker, which makes what they share once; who is done first takes from the others.
beside tests "${quick[@]}" -n 4 --dist worksteal -m "not waits and not serial and not long"
beside tracker scripts/tracker.sh
step "checks" checks
step "tracker" tracker
step "tests" tests
# These wait more than they work. Files go out in the order of tests/conftest.py, those that take longest first.
beside waiting "${quick[@]}" -n 4 --dist loadfile --no-loadscope-reorder \
    -m "waits and not serial and not long" "${waiting[@]}"
step "browsers and servers" waiting
beside harms $python -m pytest -n 2 --dist loadfile -m "serial and not long" "${alone[@]}"
step "kills and load" harms

for log in "${failed[@]}"; do # long before, and where a runner keeps the end alone, not kept
    printf '\n━━ the end of what failed: %s\n' "$log"
    tail -n 15 "$logs/$log"
done
echo
printf '%s\n' "${summary[@]}"
exit $status
