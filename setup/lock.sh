#!/bin/bash
# Writes requirements/NAME.lock: exact versions with hashes and no addresses, for every platform.
set -euo pipefail

name=$1
shift
.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --custom-compile-command "make lock" --output-file "requirements/$name.lock" "$@"
