"""The cluster's file: what can be held true of it without starting it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from meldingskontroll.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yml"
VARIABLE = re.compile(r"(?<!\$)\$\{([A-Z0-9_]+)(:\?|:-|-|\?)?([^}]*)\}")
# What the format's schema allows for a service, as far as this file uses it.
SERVICE_KEYS = {
    *("image", "build", "restart", "environment", "volumes", "depends_on", "healthcheck", "command", "entrypoint"),
    *("ports", "user", "profiles", "network_mode"),
}
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load(FILE.read_text()))


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return dict(compose["services"])


def test_the_cluster_has_every_part_of_the_design(services: dict[str, Any]) -> None:
    parts = {"postgres", "redis", "s3", "sftp", "init", "api-server", "scheduler", "dag-processor", "triggerer"}
    assert set(services) == parts | {"worker", "portal", "nation"}


def test_every_service_is_written_with_words_that_the_format_knows(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        assert set(service) <= SERVICE_KEYS, name
        assert "image" in service or "build" in service, name


def test_images_are_pinned_and_builds_have_their_files(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        if "build" not in service:
            assert re.search(r":[^:/]*\d", service["image"]), name
            assert "latest" not in service["image"], name
            continue
        build = service["build"]
        file = ROOT / (build.get("dockerfile", "Dockerfile") if isinstance(build, dict) else "Dockerfile")
        assert file.is_file(), name


def test_what_a_service_waits_for_exists_and_can_become_true(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            assert how["condition"] in CONDITIONS, name
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services[other], f"{name} waits for {other}"
            if how["condition"] == "service_completed_successfully":
                assert services[other].get("restart", "no") == "no", f"{other} would never be done"


def test_every_service_that_stays_up_says_how_it_is(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        if service.get("restart", "no") == "no":
            continue
        check = service["healthcheck"]
        assert check["test"][0] in {"CMD", "CMD-SHELL"}, name
        assert {"interval", "timeout", "retries"} <= set(check), name


def test_named_volumes_are_declared_and_used(compose: dict[str, Any]) -> None:
    mounts = [mount for service in compose["services"].values() for mount in service.get("volumes", [])]
    used = {mount.split(":")[0] for mount in mounts if not mount.startswith(("$", ".", "/"))}
    assert used == set(compose["volumes"])


def test_no_secret_has_a_value_or_a_default(compose: dict[str, Any]) -> None:
    asked = VARIABLE.findall(FILE.read_text())
    assert asked
    for name, how, _ in asked:
        if name not in {"MELDINGSKONTROLL_AS_OF", "MELDINGSKONTROLL_PORTAL_CLIENT_KEY_ID"}:
            assert how == ":?", f"{name} must be required"
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|SECRET|FERNET|ROOT_USER", name):
                assert VARIABLE.fullmatch(str(value)), name


def test_the_example_asks_for_exactly_what_the_file_needs_and_gives_no_secret() -> None:
    lines = (ROOT / "docker" / "cluster.env.example").read_text().splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert set(example) == {name for name, _, _ in VARIABLE.findall(FILE.read_text())}
    for name, value in example.items():
        if re.search(r"PASSWORD|SECRET|FERNET|ACCESS_KEY", name) and not name.startswith("MELDINGSKONTROLL_PORTAL"):
            assert value == "", name


def test_our_settings_in_it_are_settings_that_exist(services: dict[str, dict[str, Any]]) -> None:
    known = {f"MELDINGSKONTROLL_{name.upper()}" for name in Settings.model_fields}
    given = {name for service in services.values() for name in service.get("environment", {})}
    ours = {name for name in given if name.startswith("MELDINGSKONTROLL_")}
    assert {"MELDINGSKONTROLL_WORK", "MELDINGSKONTROLL_PORTAL_URL"} <= ours
    assert ours <= known


def test_airflows_pages_are_published_on_loopback_only(services: dict[str, dict[str, Any]]) -> None:
    assert services["api-server"]["ports"] == ["127.0.0.1:8080:8080"]
    assert [name for name, service in services.items() if "ports" in service] == ["api-server", "sftp"]


def test_the_simulated_portal_is_only_for_demonstrations(services: dict[str, dict[str, Any]]) -> None:
    demo = {name for name, service in services.items() if service.get("profiles") == ["demo"]}
    assert demo == {"nation", "portal"}
    for name, service in services.items():
        if name not in demo:
            assert not demo & set(service.get("depends_on", {})), name


def test_the_image_copies_only_what_is_in_the_project_and_let_through() -> None:
    allowed = (ROOT / ".dockerignore").read_text().split()
    for dockerfile in (ROOT / "Dockerfile", ROOT / "docker" / "sftp" / "Dockerfile"):
        for line in dockerfile.read_text().splitlines():
            if line.startswith("COPY "):
                for source in line.split()[1:-1]:
                    assert (ROOT / source).exists(), source
                    assert any(f"!{source}".startswith(rule.split("*")[0]) for rule in allowed), source


def test_the_drop_folders_take_keys_only_and_nothing_but_sftp() -> None:
    lines = [
        line.split(None, 1) for line in (ROOT / "docker/sftp/sshd_config").read_text().splitlines() if line.strip()
    ]
    options = {line[0]: line[1] for line in lines if not line[0].startswith("#")}
    assert options["PasswordAuthentication"] == options["KbdInteractiveAuthentication"] == "no"
    assert options["PermitRootLogin"] == options["AllowTcpForwarding"] == options["PermitTTY"] == "no"
    assert options["ChrootDirectory"] == "%h"
    assert options["ForceCommand"].startswith("internal-sftp")


@pytest.mark.parametrize(
    "script", ["docker/sftp/entrypoint.sh", *(f"scripts/{name}.sh" for name in ("install", "browser", "sshd"))]
)
def test_shell_scripts_can_be_parsed_and_stop_at_the_first_error(script: str) -> None:
    subprocess.run(["sh", "-n", str(ROOT / script)], check=True)
    assert "set -eu" in (ROOT / script).read_text()
