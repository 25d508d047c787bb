"""What happens to the synthetic folder between the commands of the story: what a municipality, or KS, would do."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

_STRANGER = "00000000-0000-4000-8000-000000000000"
_FOLLOWED = {"gjenopprettet", "meldt_på_nytt", "ikke_mulig_å_gjenopprette"}


class StoryError(Exception):
    """The story cannot be told. The message is for the person at the terminal."""


def delay_followup(place: Path) -> None:
    """The follow-up of the first loss is not handed in yet."""
    file = _followup(place)
    shutil.copyfile(file, place / "tiltak.csv")
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join([lines[0], *lines[2:]]), encoding="utf-8")


def deliver_followup(place: Path) -> None:
    """The follow-up is handed in."""
    shutil.copyfile(place / "tiltak.csv", _followup(place))


def take_copies_for_ks(place: Path) -> None:
    """KS takes copies of what it needs, into a place of its own."""
    (place / "ks").mkdir(exist_ok=True)
    for name in ("out/release.jws", "out/jwks.json", "registry/approvers.json"):
        shutil.copy(place / "arbeid" / name, place / "ks")


def messages(place: Path) -> dict[str, str]:
    """The ids that KS asks for, by what they are: registered, lost and followed up, later found lost, unknown."""
    rows = _rows(place / "arbeid" / "truth" / "losses.csv")
    registered = [row["meldingsid"] for row in _log_rows(_log(place)) if _is_ordinary(row)]
    return {
        "registrert": registered[0],
        "tapt, fulgt opp": rows[0]["message_id"],
        "senere funnet tapt": _missed_later(place),
        "ukjent": _STRANGER,
    }


def send_corrected_log(place: Path) -> None:
    """The log again, without the row that was not a registration, and declared as one row shorter."""
    log, missed = _log(place), _missed_later(place)
    text = log.read_text(encoding="utf-8-sig")
    kept = [line for line in text.splitlines() if missed not in line]
    corrected = re.sub(
        r"(?m)^# antall_rader: (\d+)$", lambda found: f"# antall_rader: {int(found[1]) - 1}", "\n".join(kept)
    )
    if len(kept) != len(text.splitlines()) - 1 or corrected == "\n".join(kept):
        raise StoryError(f"{log.name} is not of the form that the story corrects.")
    (place / "savnet.txt").write_text(missed, encoding="utf-8")
    log.write_text(corrected + "\n", encoding="utf-8")


def follow_up_the_new_loss(place: Path) -> None:
    """The lost message is reported anew, and the service's answer to the survey counts it."""
    missed = _missed_later(place)
    lines = _followup(place).read_text(encoding="utf-8").splitlines()
    more = f"{_folder(place)};{missed};;meldt_på_nytt;2023-07-01;barnevernleder"
    _followup(place).with_name("tiltak_2.csv").write_text(f"{lines[0]}\n{more}\n", encoding="utf-8")
    file = place / "arbeid" / "survey" / "responses.csv"
    header, *rows = file.read_text(encoding="utf-8").splitlines()
    (own,) = (
        row for row in csv.DictReader([header, *rows], delimiter=";") if row["tjeneste"] == f"BV-{_folder(place)}"
    )
    own |= {
        "svar_id": "S100",
        "mottatt": "2023-07-01T13:00:00",
        "antall_meldinger": str(int(own["antall_meldinger"]) + 1),
    }
    later = ";".join(own[name] for name in header.split(";"))
    file.with_name("responses_2.csv").write_text(f"{header}\n{later}\n", encoding="utf-8")


def _missed_later(place: Path) -> str:
    """The message that the corrected log lacks: an ordinary one, alone of its kind for a while before the fix."""
    noted = place / "savnet.txt"
    if noted.is_file():
        return noted.read_text(encoding="utf-8")
    ordinary = [row["meldingsid"] for row in _log_rows(_log(place)) if _is_ordinary(row)]
    return ordinary[len(ordinary) // 2]


def _is_ordinary(row: dict[str, str]) -> bool:
    concern = row["type"] == "bekymringsmelding" and row["kanal"] == "portal"
    return bool(concern and row["meldingsid"] and row["mottatt"] < "2023-05")


def _log_rows(log: Path) -> list[dict[str, str]]:
    lines = [line for line in log.read_text(encoding="utf-8-sig").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter=";"))


def _log(place: Path) -> Path:
    logs = sorted((place / "arbeid" / "drop").glob("*/inbox/*.csv"))
    if len(logs) != 1:
        raise StoryError("The story is told of one log.")
    return logs[0]


def _folder(place: Path) -> str:
    return _log(place).parent.parent.name


def _followup(place: Path) -> Path:
    return place / "arbeid" / "followup" / "tiltak.csv"


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))
