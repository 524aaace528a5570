#!/bin/sh
# Make the environment in which tests run the official ACE-Step API server (.venv-acestep-api beside .venv).
# Only its server is wanted, with the model replaced by a fake, so only what the server itself needs is installed: no
# torch, no transformers, no weights; about 90 MB. Quiet, and nothing to do the second time. Where it cannot be made
# this is said in one line, and the tests then skip by name.
set -u
cd "$(dirname "$0")/.." || exit 0

VERSION=20260212
VENV=.venv-acestep-api
PYTHON=${PYTHON:-python3}
[ "$(cat "$VENV/.made" 2>/dev/null)" = "$VERSION" ] && exit 0

cannot() {
    echo "The official ACE-Step API server is not installed ($1), its tests will skip"
    rm -rf "$VENV"
    exit 0
}
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || cannot "it needs Python 3.11"
echo "Installing the official ACE-Step API server for the tests"
rm -rf "$VENV"
"$PYTHON" -m venv "$VENV" >/dev/null 2>&1 || cannot "no virtual environment could be made"
pip() { timeout 300 "$VENV/bin/pip" install --quiet --quiet --disable-pip-version-check "$@" >/dev/null 2>&1; }
pip "fastapi>=0.110" "uvicorn>=0.27" httptools python-multipart diskcache loguru numpy soundfile || cannot "its packages could not be fetched"
# Without its dependencies: they are the model's.
pip --no-deps "ace-step15-fork==$VERSION" || cannot "the package could not be fetched"
echo "$VERSION" >"$VENV/.made"
