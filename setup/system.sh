#!/bin/bash
# Installs those of the named Debian packages that are missing; needs root or sudo, and only then the network.
set -euo pipefail

if ! command -v apt-get >/dev/null; then
    echo "setup: not a Debian machine; install the like of: $*" >&2
    exit 0
fi

missing=()
for package in "$@"; do
    state=$(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null || true)
    [[ $state == installed ]] || missing+=("$package")
done
(( ${#missing[@]} )) || exit 0

as_root=()
if (( EUID != 0 )); then
    if ! command -v sudo >/dev/null; then
        echo "setup: neither root nor sudo; have these installed, then try again: ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi

export DEBIAN_FRONTEND=noninteractive
echo "setup: installing ${missing[*]}"
log=$(mktemp)
install() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get "$@" >>"$log" 2>&1; }
# The lists may be older than the packages that they name, or not be there at all.
install install -y --no-install-recommends "${missing[@]}" \
    || { install update && install install -y --no-install-recommends "${missing[@]}"; } \
    || { tail -20 "$log" >&2; exit 1; }
rm -f "$log"
