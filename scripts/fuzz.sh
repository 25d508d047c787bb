#!/bin/sh
# Fuzzes the intake's parsers for so many seconds (300 if none are named). atheris has a virtual environment of its own,
# which sees the project's; its corpus and what makes it stop are kept in var/fuzz.
set -eu
seconds="${1:-300}"
cd "$(dirname "$0")/.."
folder=var/fuzz
if [ ! -x "$folder/venv/bin/python" ]; then
    .venv/bin/uv venv --quiet "$folder/venv"
    .venv/bin/uv pip install --quiet --require-hashes --python "$folder/venv/bin/python" -r requirements/fuzz.lock
fi
PYTHONPATH="plugins:$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
export PYTHONPATH
"$folder/venv/bin/python" tests/fuzz/seeds.py "$folder/corpus"
exec "$folder/venv/bin/python" tests/fuzz/fuzz_intake.py "$folder/corpus" -max_total_time="$seconds" -max_len=20000 \
    -timeout=60 -rss_limit_mb=3000 -artifact_prefix="$folder/"
