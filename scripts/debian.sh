#!/usr/bin/env bash
# Debian's packages that only the tests need: a browser with Chinese letters, Node.js, PostgreSQL.
# Installs what is missing when that is permitted; otherwise says what is missing and what is left out.
set -uo pipefail
export PATH="${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin"

has_chromium() { command -v chromium-headless-shell >/dev/null; }
has_letters() { ls /usr/share/fonts/opentype/noto/NotoSansCJK* >/dev/null 2>&1; }
has_node() { command -v node >/dev/null; }
has_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }

packages=()
losses=()
need() { # need CHECK PACKAGE WHAT-IS-LEFT-OUT
    "$1" || { packages+=("$2"); losses+=("$3"); }
}
need has_chromium chromium-headless-shell "the tests of the pages in a browser (unless the whole of chromium is there)"
need has_letters fonts-noto-cjk "true Chinese letters in the pictures of the pages"
need has_node nodejs "the tests of the JavaScript files"
need has_postgres postgresql "the tests of the records in PostgreSQL (SQLite is tested)"
[ ${#packages[@]} = 0 ] && exit 0

if command -v apt-get >/dev/null; then
    root=()
    [ "$(id -u)" = 0 ] || root=(sudo -n)
    if [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; then
        echo "Installing Debian's ${packages[*]}" >&2
        log=$(mktemp)
        if "${root[@]}" env DEBIAN_FRONTEND=noninteractive sh -c \
            'apt-get update -qq && apt-get install -qq -y --no-install-recommends "$@"' _ "${packages[@]}" >"$log" 2>&1; then
            rm -f "$log"
            exit 0
        fi
        tail -n 5 "$log" >&2
        rm -f "$log"
    fi
fi
echo "Not here, and not permitted to be installed by this user: ${packages[*]}" >&2
for n in "${!packages[@]}"; do
    echo "  without ${packages[$n]}: ${losses[$n]} are left out" >&2
done
echo "  To have them: apt-get install ${packages[*]} (as root)" >&2
exit 0
