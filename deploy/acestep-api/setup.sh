#!/bin/sh
# Install the official ACE-Step 1.5 API server into a folder and an environment of its own (it pins other versions of
# transformers than Longwave uses). Nothing is started, and no weights are fetched: the server does that at its first start.
#
#   sh setup.sh [FOLDER]            the official repository, at the commit below     (FOLDER: /opt/acestep-api)
#   FORK=1 sh setup.sh [FOLDER]     the fork on PyPI instead
#
# Needs git (not for the fork), Python 3.11 with venv, and 15 GB of disk. COMMIT chooses another version: after that
# run `radio doctor`, which has the server make and continue 20 s of music and says whether that version can be used.
set -eu

FOLDER=${1:-/opt/acestep-api}
REPOSITORY=${REPOSITORY:-https://github.com/ace-step/ACE-Step-1.5.git}
# 8 February 2026: the last one before uploads broke (from 17825ee on the server answers 500 to every upload).
COMMIT=${COMMIT:-f07bf3efb26bd09f3cd96e0a1d7780c7b48ec94f}
FORK_VERSION=${FORK_VERSION:-20260212}
PYTHON=${PYTHON:-python3.11}

command -v "$PYTHON" >/dev/null || { echo "Python 3.11 is needed (PYTHON=$PYTHON is not there)" >&2; exit 1; }
mkdir -p "$FOLDER"

if [ "${FORK:-}" ]; then
    "$PYTHON" -m venv "$FOLDER/.venv"
    # It imports gradio without asking for it.
    "$FOLDER/.venv/bin/pip" install "ace-step15-fork==$FORK_VERSION" gradio python-multipart
else
    command -v git >/dev/null || { echo "git is needed" >&2; exit 1; }
    [ -d "$FOLDER/source/.git" ] || git clone --no-checkout "$REPOSITORY" "$FOLDER/source"
    git -C "$FOLDER/source" fetch --quiet origin
    git -C "$FOLDER/source" checkout --quiet "$COMMIT"
    # uv reads the project's own choice of torch builds; plain pip cannot.
    "$PYTHON" -m venv "$FOLDER/uv"
    "$FOLDER/uv/bin/pip" install --quiet uv
    UV_PROJECT_ENVIRONMENT="$FOLDER/.venv" "$FOLDER/uv/bin/uv" sync --project "$FOLDER/source" --python "$PYTHON"
fi

"$FOLDER/.venv/bin/python" -c 'import acestep.api_server' >/dev/null || { echo "It does not import, see above" >&2; exit 1; }
echo "Installed. Put a key into acestep-api.env and start $FOLDER/.venv/bin/acestep-api (see README.md)."
