#!/usr/bin/env bash
# Resolves the dependencies of pyproject.toml anew and writes the locks in requirements/.
# Why these files and not uv.lock: docs/decisions/0003-lock-without-uv-lock.md
set -euo pipefail
cd "$(dirname "$0")/.."
uv=${UV:-.venv/bin/uv}

lock() { # lock OUTPUT SOURCE [OPTION...]
    local output=$1
    shift
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
        ${UPGRADE:+--upgrade} --output-file "requirements/$output" "$@"
}

lock build.txt requirements/build.in
lock run.txt pyproject.toml
# image.txt is what the container holds: run.txt and the driver of PostgreSQL.
# The later locks are held to the earlier ones, so that one environment can hold all of them.
lock image.txt pyproject.toml --extra postgres --constraint requirements/run.txt
lock test.txt pyproject.toml --group test --constraint requirements/run.txt --constraint requirements/build.txt
lock bench.txt pyproject.toml --group bench --constraint requirements/test.txt

if grep -nE 'https?://|file://|^--' requirements/*.txt | grep -v -- '--hash'; then
    echo "A lock names a host or a path: see the lines above." >&2
    exit 1
fi
