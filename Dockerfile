# The image of every Airflow part of the cluster: the locks, the library and the DAGs, run by a user without rights.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    AIRFLOW_HOME=/opt/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/meldingskontroll/dags \
    AIRFLOW__CORE__PLUGINS_FOLDER=/opt/meldingskontroll/plugins

RUN groupadd --gid 50000 airflow \
    && useradd --uid 50000 --gid airflow --home-dir /opt/airflow --create-home --shell /usr/sbin/nologin airflow \
    && install -d -o airflow -g airflow /srv/meldingskontroll

WORKDIR /opt/meldingskontroll
COPY requirements/uv.lock requirements/cluster.lock requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/uv.lock \
    && uv pip sync --system --no-cache --require-hashes requirements/uv.lock requirements/cluster.lock

COPY pyproject.toml ./
COPY expectations expectations
COPY sql sql
COPY plugins plugins
COPY dags dags
RUN uv pip install --system --no-cache --no-deps --no-build-isolation --editable .

USER airflow
ENTRYPOINT ["airflow"]
