"""What is true, and what lies in a work folder of it: inputs, overrides, the register, the service's key."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from meldingskontroll.domain import Clock, RefusedError
from meldingskontroll.lake import WorkFolder
from meldingskontroll.release import jose, service_key
from meldingskontroll.release.overrides import add_override
from meldingskontroll.verification import overrides
from support.evidence import FILES, LATEST, MANIFEST, MESSAGES, OVERRIDES, Evidence, content_of, manifest_of
from support.healthy import CLOCK, SETTINGS
from support.judged_once import Bench
from support.overridden import HEADER
from support.requirements_model import Override

KEYS = {name: jose.new_key(name) for name in ("Kari Ås", "Ola Nordmann", "Eva Tredje", "ny")}
KARI, OLA, EVA = list(KEYS)[:3]
BOTH = "to nøkler"
"""Stands for two keys under one name, which nobody has."""
UNREADABLE = "3805;;PORTAL_COVERED;loggen er ødelagt;Kari Ås;2023-06-20\n"
"""A row of the overrides that is none: it would speak of the whole extract."""


class Situation:
    """A moment (hours after 06:00), the evidence, and the files in which it stands."""

    bench: Bench
    work: WorkFolder

    def __init__(self) -> None:
        self.evidence, self.hour, self.has_key = Evidence(), 0.0, False
        self.overrides: tuple[Override, ...] = ()
        self.is_unreadable = False
        self.register = {KARI: KARI, OLA: OLA, EVA: EVA}
        self.inputs: dict[str, str] = {path: content_of(self.evidence, path) for path in FILES.values()}
        self.inputs |= {MESSAGES: "id,tid\na,1\nb,2\n", MANIFEST: manifest_of("whole", 0)}
        self.days, self.added = 0, 0
        for path in self.inputs:
            self._write(path)
        self._write_register()

    @property
    def clock(self) -> Clock:
        return Clock(CLOCK.as_of + timedelta(hours=self.hour))

    def change(self, part: str, value: Any, *, beside: bool = False) -> None:
        """Something else is true, and stands in the file in its place, or in a new file `beside` it."""
        before, self.evidence = self.evidence, self.evidence.but(**{part: value})
        if part == "manifest":
            self._put(MANIFEST, manifest_of(value, self.days))
        elif part == "latest":
            self._put(MESSAGES, self.inputs[MESSAGES].replace("latest,6\n", "") + "latest,6\n" * (value != "none"))
            if value in {"registered", "lost"} and before.latest != value:
                self._put_beside(FILES["log"], f"{LATEST}: {value}\n")
        elif part in FILES and beside:
            self._put_beside(FILES[part], content_of(self.evidence, FILES[part]))
        elif part in FILES:
            self._put(FILES[part], content_of(self.evidence, FILES[part]))

    def extend(self) -> None:
        """The portal is read once more: more rows, and a declaration that covers more."""
        self.days += 1
        self._put(MESSAGES, self.inputs[MESSAGES] + f"c{self.days},3\n")
        self._put(MANIFEST, manifest_of(self.evidence.manifest, self.days))

    def lose_a_row(self) -> None:
        self._put(MESSAGES, "".join(self.inputs[MESSAGES].splitlines(keepends=True)[:-1]) or "id,tid\n")

    def put_in_place(self, path: str, content: str) -> None:
        """An input has this content again; the empty text is no file."""
        self._put(path, content)

    def enter(self, name: str, key: str | None) -> None:
        """The register gives a name this key, two keys (`BOTH`), or nothing."""
        self.register = {n: k for n, k in self.register.items() if n != name} | ({name: key} if key else {})
        self._write_register()

    def lose_key(self) -> None:
        self.work.service_key.unlink(missing_ok=True)
        self.has_key = False

    def override(self, name: str, place: str, requirement: str) -> None:
        """Somebody overrides a requirement with the command, dated today."""
        on = (self.clock.as_of + timedelta(hours=2)).date()
        may = self.register.get(name) not in {None, BOTH} and requirement != "PORTAL_COVERED" and not self.is_unreadable
        number, district = place[:4], place[5:]
        try:
            add_override(self.work, number, district, requirement, "loggen er ødelagt", name, on)
        except RefusedError:
            assert not may, "an override was refused"
            return
        assert may, "an override was taken that nobody may give"
        self.overrides = (*self.overrides, Override(place, requirement, (on - CLOCK.as_of.date()).days))
        self.inputs[OVERRIDES] = overrides.file_of(self.work).read_text(encoding="utf-8")

    def override_by_hand(self, place: str, requirement: str, day: int) -> None:
        """A row is written into the file, by whomever, for a day before or after."""
        on = CLOCK.as_of.date() + timedelta(days=day)
        row = f"{place[:4]};{place[5:]};{requirement};kommunen er nedlagt;Den Som Skrev;{on.isoformat()}\n"
        self._put(OVERRIDES, self.inputs.get(OVERRIDES, HEADER + "\n") + row)
        self.overrides = (*self.overrides, Override(place, requirement, day))

    def remove_overrides(self) -> None:
        self.overrides, self.is_unreadable = (), False
        self._put(OVERRIDES, "")

    def make_unreadable(self, unreadable: bool) -> None:
        """The overrides have a row that is none, so that the inputs can not be audited at all; or no longer have it."""
        text = self.inputs.get(OVERRIDES, HEADER + "\n" if unreadable else "").replace(UNREADABLE, "")
        self._put(OVERRIDES, text + UNREADABLE * unreadable)
        self.is_unreadable = unreadable

    def _make_key(self) -> None:
        service_key.ensure_service_key(self.work, SETTINGS)
        self.has_key = True

    def _key_file(self, key: str) -> Path:
        file = self.bench.spare / f"{list(KEYS).index(key)}.jwk"
        if not file.exists():
            file.write_text(json.dumps(KEYS[key].as_dict(private=True)))
        return file

    def _put_beside(self, path: str, content: str) -> None:
        self.added += 1
        self._put(path.replace(".csv", f"_{self.added}.csv"), content)

    def _put(self, path: str, content: str) -> None:
        if content:
            self.inputs[path] = content
        else:
            self.inputs.pop(path, None)
        self._write(path)

    def _write(self, path: str) -> None:
        file = self.work.root / path
        if path not in self.inputs:
            file.unlink(missing_ok=True)
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self.inputs[path])

    def _write_register(self) -> None:
        keys = []
        for name, key in self.register.items():
            for held in (KARI, OLA) if key == BOTH else (key,):
                keys.append(jose.public_jwk(KEYS[held]) | {"kid": name})
        self.work.approvers.write_text(json.dumps({"keys": keys}))
