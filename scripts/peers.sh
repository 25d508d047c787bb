#!/bin/sh
# Makes the environments of the benchmarks' peers in var/bench, each exactly what its lock says.
set -eu
export UV_SYSTEM_CERTS=true UV_NATIVE_TLS=true
cd "$(dirname "$0")/.."
uv=$(command -v uv || echo .venv/bin/uv)
for peer in peers:bench datacompy:bench-datacompy; do
    environment=${MELDINGSKONTROLL_BENCH:-var/bench}/${peer%%:*}
    [ -x "$environment/bin/python" ] || .venv/bin/python -m venv "$environment"
    "$uv" pip sync --quiet --python "$environment/bin/python" --require-hashes "requirements/${peer##*:}.lock"
done
