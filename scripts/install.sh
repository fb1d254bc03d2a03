#!/usr/bin/env bash
# scripts/install.sh run|test|bench
# Makes .venv where it is missing and installs requirements/NAME.txt and the project into it.
# Does nothing when that has been done for this very lock.
set -euo pipefail
cd "$(dirname "$0")/.."
lock=requirements/${1:?which lock: run, test or bench}.txt
venv=.venv
export PATH="${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin" # dpkg wants the latter three
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
# Where the machine has its own list of trusted certificates (a company's proxy), that list counts.
[ -e /etc/ssl/certs/ca-certificates.crt ] && export UV_SYSTEM_CERTS=1

# The folder is part of the key: scripts inside a venv name it, a moved checkout must install again.
key=$({ pwd; cat "$lock" requirements/build.txt pyproject.toml; } | sha256sum | cut -c1-16)
stamp=$venv/.installed-$1-$key
[ -e "$stamp" ] && exit 0

say() { printf '%s\n' "$*" >&2; }

# A name on PATH is not yet a Python: a version manager's shim may answer "not installed".
suits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3.11 python3.12 python3.13 python3 /usr/bin/python3.11 /usr/bin/python3; do
        if suits "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    say "Python 3.11 or newer is needed and was not found. On Debian 12: apt-get install python3 python3-venv"
    say "Elsewhere name it: make ${MAKE_GOAL:-demo} PYTHON=/path/to/python3.11"
    return 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}
may_install() {
    command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }
}

make_venv() {
    local python
    python=$(find_python)
    say "Making .venv with $("$python" --version)"
    rm -rf "$venv"
    "$python" -m venv "$venv" >/dev/null 2>&1 && return
    rm -rf "$venv"
    if command -v uv >/dev/null; then
        uv venv --quiet --seed --python "$python" "$venv"
    elif may_install; then
        say "This Python has no venv module: installing Debian's python3-venv"
        as_root env DEBIAN_FRONTEND=noninteractive sh -c \
            'apt-get update -qq && apt-get install -qq -y --no-install-recommends python3-venv' >/dev/null
        "$python" -m venv "$venv" || "/usr/bin/python3" -m venv "$venv"
    else
        say "This Python has no venv module. Run: apt-get install python3-venv (as root), then again."
        return 1
    fi
}

# .venv/bin/uv of the locked version, by pip; a venv made without pip gets one from Python itself.
install_uv() {
    "$venv/bin/python" -m pip --version >/dev/null 2>&1 ||
        "$venv/bin/python" -m ensurepip >/dev/null 2>&1 ||
        { make_venv; "$venv/bin/python" -m pip --version >/dev/null; }
    "$venv/bin/python" -m pip install --quiet --require-hashes --only-binary :all: -r requirements/build.txt
}

suits "$venv/bin/python" || make_venv
build_stamp=$venv/.installed-build-$(sha256sum <requirements/build.txt | cut -c1-16)
if [ ! -e "$build_stamp" ]; then
    install_uv
    touch "$build_stamp"
fi

say "Installing $lock"
install=("$venv/bin/uv" pip install --quiet --python "$venv/bin/python")
if ! "${install[@]}" --require-hashes -r "$lock"; then
    say "uv did not succeed; trying the same with pip"
    "$venv/bin/python" -m pip install --quiet --require-hashes -r "$lock"
fi
"${install[@]}" --no-deps --no-build-isolation --editable . # its builder is in requirements/build.txt
rm -f "$venv/.installed-$1-"*
touch "$stamp"
