#!/usr/bin/env bash
# scripts/fresh.sh [COMMIT]: what somebody sees who clones this repository onto a new machine. An empty folder, an empty
# home, an empty environment; `make demo` until it prints its address and link, signing in, asking a card, an end by
# Ctrl-C; then a small selection of the tests. Leaves nothing behind.
#   KEEP=1   leaves the folder        EVENTS=100000   size of the demo's past
set -euo pipefail
cd "$(dirname "$0")/.."
source=$PWD commit=${1:-HEAD} events=${EVENTS:-20000}
folder=$(mktemp -d)
demo=
finish() {
    status=$?
    [ -z "$demo" ] || kill -INT -- "-$demo" 2>/dev/null || true
    [ -z "$demo" ] || wait "$demo" 2>/dev/null || true
    if [ "$status" != 0 ] && [ -e "$folder/demo.log" ]; then tail -n 30 "$folder/demo.log" >&2; fi
    [ -n "${KEEP:-}" ] && echo "kept: $folder" || rm -rf "$folder"
    exit $status
}
trap finish EXIT
say() { printf '── %s\n' "$*"; }

# How this machine reaches its packages is all that is taken over.
machine=()
while IFS='=' read -r name value; do
    case $name in
    PIP_* | UV_* | SSL_CERT_* | HTTP_PROXY | HTTPS_PROXY | NO_PROXY | http_proxy | https_proxy | no_proxy) machine+=("$name=$value") ;;
    esac
done < <(env)
mkdir "$folder/home"
fresh() { env -i PATH="${FRESH_PATH:-/usr/local/bin:/usr/bin:/bin}" HOME="$folder/home" ${machine[@]+"${machine[@]}"} "$@"; }
# A Python that is not on this PATH has to be named, as the README says.
python=$(command -v python3.11 || command -v python3)
fresh sh -c 'python3 -c "import sys; sys.exit(sys.version_info < (3, 11))"' 2>/dev/null && python=

say "a clone of $(git rev-parse --short "$commit")"
git clone --quiet --no-hardlinks "file://$source" "$folder/minilens"
cd "$folder/minilens"
git -c advice.detachedHead=false checkout --quiet "$(git -C "$source" rev-parse "$commit")"

port=$(/usr/bin/env python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
say "make demo"
set -m
fresh make demo PORT="$port" EVENTS="$events" ${python:+PYTHON="$python"} >"$folder/demo.log" 2>&1 &
demo=$!
set +m
link=
for _ in $(seq 600); do
    link=$(grep -oE "http://127\.0\.0\.1:$port/sign-in\?code=[A-Za-z0-9_-]+" "$folder/demo.log" | head -n 1) && break
    kill -0 "$demo" 2>/dev/null || { echo "make demo ended by itself" >&2; exit 1; }
    sleep 1
done
[ -n "$link" ] || { echo "no link within ten minutes" >&2; exit 1; }
grep -q "http://127.0.0.1:$port" "$folder/demo.log"

say "signing in, asking a card"
get() { curl --silent --show-error --fail-with-body --max-time 60 --cookie "$folder/cookies" --cookie-jar "$folder/cookies" "$@"; }
get --output "$folder/door.html" "$link"
mark=$(grep -oE 'name="csrf" value="[0-9a-f]+"' "$folder/door.html" | head -n 1 | cut -d '"' -f 4)
get --location --output "$folder/page.html" --write-out '%{url_effective}\n' --data-urlencode "csrf=$mark" \
    --data-urlencode "code=${link#*code=}" "${link%%\?*}" | tee "$folder/address"
app=$(grep -oE '/a/[a-z0-9_-]+/' "$folder/page.html" | head -n 1)
get --output "$folder/card.json" "http://127.0.0.1:$port${app}overview/trend.json?period=7d"
/usr/bin/env python3 - "$folder/card.json" <<'PYTHON'
import json, sys
card = json.load(open(sys.argv[1]))
assert card["report"] == "overview.trend" and len(card["rows"]) == 7, card
assert sum(row["visits"] or 0 for row in card["rows"]) > 0, card["rows"]
print("   visits of seven days:", sum(row["visits"] for row in card["rows"]))
PYTHON

say "Ctrl-C"
kill -INT -- "-$demo"
wait "$demo" || true
demo=
if curl --silent --max-time 2 --output /dev/null "http://127.0.0.1:$port/healthz"; then
    echo "the server still answers" >&2
    exit 1
fi

say "a few of the tests"
fresh make install-test ${python:+PYTHON="$python"}
fresh .venv/bin/python -m pytest -q -n 0 tests/settings tests/spool tests/architecture/test_single_doors.py
git status --porcelain --ignored=no | (! grep .) || { echo "running it changed the checkout" >&2; exit 1; }
say "all of it works"
