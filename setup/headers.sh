#!/bin/bash
# Says the Debian package of Python's headers, if the machine's Python is without.
set -euo pipefail

python3 -c 'import os, sys, sysconfig; sys.exit(not os.path.exists(sysconfig.get_path("include") + "/Python.h"))' \
    2>/dev/null || echo python3-dev
