#!/usr/bin/env bash
# What can be said of the code without running it. Every check runs, whatever the one before said.
set -uo pipefail
cd "$(dirname "$0")/.."
python=.venv/bin/python
failed=()
check() { # check NAME COMMAND...
    local name=$1
    shift
    echo "── $name"
    "$@" || failed+=("$name")
}
check "ruff" $python -m ruff check .
check "ruff format" $python -m ruff format --check .
check "mypy --strict" $python -m mypy
check "import rule" .venv/bin/lint-imports --no-cache --no-logo
check "generated pages" $python scripts/docs.py --check
check "generated client" $python scripts/client.py --check
[ ${#failed[@]} = 0 ] && exit 0
printf 'Did not pass: %s\n' "$(IFS=,; echo "${failed[*]}")"
exit 1
