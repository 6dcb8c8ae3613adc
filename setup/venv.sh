#!/bin/bash
# Makes .venv with the machine's Python.
set -euo pipefail

[[ -x .venv/bin/python ]] && exit 0
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "setup: Python 3.11 or newer is needed" >&2; exit 1; }
python3 -m venv .venv
