#!/usr/bin/env bash
# The ClickHouse server that the tests start: a library from npm (Apache-2.0), of this very version, kept in .cache.
# Where it cannot be had this says why, and the tests that need it are left out.
set -uo pipefail
cd "$(dirname "$0")/.."
package=@chdb/lib-linux-x64-gnu
version=26.7.3-stable.1
checksum=c0d32b129e988f2b9a9a31c9141aecf5e1e2453f9a079efc4d36ab8e3f92b2ad
home=.cache/clickhouse-$version
[ -e "$home/libchdb.so" ] && exit 0

left_out() {
    echo "No ClickHouse server for the tests: $*. Those on real nodes are left out." >&2
    exit 0
}
[ "$(uname -sm)" = "Linux x86_64" ] || left_out "its library is for Linux on x86-64"
command -v npm >/dev/null || left_out "npm is missing (with Debian's nodejs: apt-get install npm)"
[ "$(df --output=avail -BM . | tail -n 1 | tr -dc 0-9)" -ge 2000 ] || left_out "less than 2 GB are free on the disk"

mkdir -p .cache
rm -rf .cache/clickhouse.* # of one that was killed
# beside its place, so that it gets there whole or not at all
got=$(mktemp -d .cache/clickhouse.XXXXXX)
trap 'rm -rf "$got"' EXIT
echo "Getting $package $version for the tests (170 MB, once)" >&2
npm pack --silent --ignore-scripts --pack-destination "$got" "$package@$version" >/dev/null ||
    left_out "npm could not get it"
file=$(echo "$got"/*.tgz)
echo "$checksum  $file" | sha256sum --check --status || left_out "what npm got has another checksum"
tar -xzf "$file" -C "$got" package/libchdb.so || left_out "it could not be unpacked"
rm -rf .cache/clickhouse-*
mv "$got/package" "$home"
