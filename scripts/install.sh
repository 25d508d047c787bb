#!/bin/sh
# Makes .venv hold exactly what the locks say, and the project itself as an editable install.
# A stamp keyed on the locks and pyproject.toml is written last: an interrupted install is done again.
set -eu
# Certificates of the machine, for networks with an authority of their own; newer and older names of one setting.
export UV_SYSTEM_CERTS=true UV_NATIVE_TLS=true
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
wanted=$(cat requirements/uv.lock requirements/dev.lock pyproject.toml scripts/install.sh | sha256sum | cut -c1-64)
stamp=.venv/installed.sha256

if [ -x .venv/bin/meldingskontroll ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
    exit 0
fi
if ! "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' 2>/dev/null; then
    echo "Python 3.11 or 3.12 is needed; say which one with: make install PYTHON=python3.11" >&2
    exit 1
fi
if [ ! -x .venv/bin/python ] && ! "$python" -m venv --clear .venv; then
    echo "The virtual environment could not be made; on Debian: apt-get install python3-venv" >&2
    exit 1
fi
rm -f "$stamp"
uv=$(command -v uv || echo .venv/bin/uv)
if [ ! -x "$uv" ] || ! "$uv" --version >/dev/null 2>&1; then
    echo "Installing uv ..."
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.lock
    uv=.venv/bin/uv
fi
echo "Installing what requirements/dev.lock names ..."
# The lock of uv is synced too, or the installer would remove itself.
"$uv" pip sync --quiet --python .venv/bin/python --require-hashes requirements/uv.lock requirements/dev.lock
"$uv" pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
echo "$wanted" >"$stamp"
echo "The virtual environment in .venv is ready."
