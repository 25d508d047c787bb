"""The drop folders' own sshd, with the accounts and settings of the cluster's image, on loopback for one test module.

`docker/sftp/entrypoint.sh` and `docker/sftp/sshd_config` are run as they stand; only places and port are others.
It makes accounts and chroots, which only root may: elsewhere the tests fail with a sentence.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
IMAGE = ROOT / "docker" / "sftp"
# Numbers that no municipality has, so that no account of the machine is touched.
ONE, OTHER = "9811", "9812"
ACCOUNTS = (f"k{ONE}", f"k{OTHER}", "audit")
GROUPS = ("municipality", "audit")
AUDIT_ID = "50917"


@dataclass(frozen=True)
class DropServer:
    """A running server: `folder` is what it serves, `keys` has each account's private key and `known_hosts`."""

    folder: Path
    keys: Path
    port: int

    def url(self) -> str:
        return f"sftp://audit@127.0.0.1:{self.port}/"

    def sftp(self, number: str, *commands: str, key: str = "") -> subprocess.CompletedProcess[str]:
        """Run commands as a municipality does, by OpenSSH's `sftp`; it stops at the first that is refused."""
        key = str(self.keys / (key or number))
        options = ["-oBatchMode=yes", "-oIdentitiesOnly=yes", f"-oUserKnownHostsFile={self.keys / 'known_hosts'}"]
        return subprocess.run(
            ["sftp", "-q", "-F", "none", *options, "-P", str(self.port), "-i", key, "-b", "-", f"k{number}@127.0.0.1"],
            input="\n".join(commands) + "\n",
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )


@contextlib.contextmanager
def serving() -> Iterator[DropServer]:
    if os.geteuid() != 0:
        pytest.fail("The tests of the drop folders make accounts and chroots, which needs root: run them as root.")
    # A chroot's parents must belong to root and be closed to others, which a temporary folder's are not.
    with tempfile.TemporaryDirectory(prefix="meldingskontroll-sftp-", dir="/var/lib") as place:
        base = Path(place)
        base.chmod(0o755)
        for name in ("keys", "drop", "authorized"):
            (base / name).mkdir(mode=0o755)
        for name in (ONE, OTHER, "audit", "stranger"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", base / "keys" / name], check=True)
        (base / "keys" / "stranger.pub").unlink()
        standing = {name for name in GROUPS if subprocess.run(["getent", "group", name], capture_output=True).stdout}
        server = _start(base)
        try:
            yield server[1]
        finally:
            server[0].terminate()
            server[0].wait()
            for account in ACCOUNTS:
                subprocess.run(["userdel", account], check=False, capture_output=True)
            for group in set(GROUPS) - standing:
                subprocess.run(["groupdel", group], check=False, capture_output=True)


def _start(base: Path) -> tuple[subprocess.Popen[bytes], DropServer]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = base / "sshd_config"
    lines = (IMAGE / "sshd_config").read_text().splitlines()
    places = {
        "Port": f"{port}\nListenAddress 127.0.0.1\nPidFile none",
        "HostKey": str(base / "host_key"),
        "AuthorizedKeysFile": f"{base}/authorized/%u.pub",
    }
    config.write_text("\n".join(_elsewhere(line, places) for line in lines) + "\n")
    environment = {
        **os.environ,
        "SFTP_KEYS_FOLDER": str(base / "keys"),
        "SFTP_DROP_FOLDER": str(base / "drop"),
        "SFTP_AUTHORIZED_FOLDER": str(base / "authorized"),
        "SFTP_HOST_KEY": str(base / "host_key"),
        "SFTP_CONFIG": str(config),
        "SFTP_AUDIT_ID": AUDIT_ID,
    }
    log = (base / "log").open("wb")
    process = subprocess.Popen(["sh", IMAGE / "entrypoint.sh"], env=environment, stdout=log, stderr=log)
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            public = (base / "host_key.pub").read_text().split()[:2]
            (base / "keys" / "known_hosts").write_text(f"[127.0.0.1]:{port} {' '.join(public)}\n")
            return process, DropServer(base / "drop", base / "keys", port)
        time.sleep(0.05)
    process.kill()
    pytest.fail(f"sshd did not start: {(base / 'log').read_text()[-500:]}")


def _elsewhere(line: str, places: dict[str, str]) -> str:
    name = line.split(None, 1)[0] if line.strip() else ""
    return f"{name} {places[name]}" if name in places else line
