"""When the portal's extract is complete, and what an incomplete one leaves (contract §1 "The portal's log").

Each folder is the same municipality: `b` is lost by ids, all else is met; `as_of` is 14:00 local on 1 July, so the
extract must reach 14:00 on 24 June. Nothing is sent after May.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from contract.answer import Answer, audit
from contract.conftest import Audits
from contract.folder import Folder

Change = Callable[[Folder], None]


def base(folder: Folder) -> None:
    place = folder.place("one")
    place.send_each("a b c d")
    place.log(place.rows("a c d"))
    place.fix()
    place.answer(mangler_meldinger="ja_kjent", antall_meldinger="1")
    place.follow_up("gjenopprettet", place.messages["b"].id)
    place.follow_up("avvik_meldt_datatilsynet")


def declared(**changed: object) -> Change:
    def change(folder: Folder) -> None:
        folder.manifest = (folder.manifest or {}) | changed

    return change


def again(folder: Folder, name: str, **changed: str) -> None:
    """Repeat one message's row, with some columns changed."""
    columns = dict(
        zip(
            "id fiks recipient sent office own kind channel acknowledged".split(),  # noqa: SIM905
            next(row for row in folder.message_rows() if row[0] == folder.cases["one"].messages[name].id),
            strict=True,
        )
    )
    folder.extra_rows.append(list((columns | changed).values()))


def invalid_id(folder: Folder) -> None:
    again(folder, "a", id="ikke-en-uuid")
    folder.manifest = (folder.manifest or {}) | {"totaltAntallTreff": 4}


def two_contents(folder: Folder) -> None:
    """`b` is first unacknowledged, then acknowledged: the latest `bekreftet` counts, so it is lost."""
    again(folder, "b", acknowledged="")


def just_enough(folder: Folder) -> None:
    """Until exactly the freshness, and every row twice."""
    declared(tilDato="2023-06-24T14:00:00")(folder)
    for name in "abcd":
        again(folder, name)


def undeclared(folder: Folder) -> None:
    """And without services of its own: those that the project ships, where the answer's service id may be none."""
    folder.manifest = None
    folder.shipped_registry = True
    folder.survey.clear()


INCOMPLETE: dict[str, Change] = {
    "short": declared(totaltAntallTreff=5),
    "surplus": declared(totaltAntallTreff=3),
    "ends a second early": declared(tilDato="2023-06-24T13:59:59"),
    "starts a second late": declared(fraDato="2023-01-01T00:00:01"),
    "an id that is none": invalid_id,
    "an id with two contents": two_contents,
    "undeclared": undeclared,
}


def built(change: Change) -> Change:
    def build(folder: Folder) -> None:
        base(folder)
        change(folder)

    return build


FOLDERS = {f"portal, {name}": built(change) for name, change in INCOMPLETE.items()}
FOLDERS["portal, just enough"] = built(just_enough)


def test_an_extract_until_the_freshness_is_complete_and_repeats_are_harmless(audits: Audits) -> None:
    answer = audits["portal, just enough"]
    assert answer.met("one", "PORTAL_COVERED")
    assert answer.share("one") == 1
    assert answer.outcomes("one") == dict.fromkeys("acd", "registered by id") | {"b": "lost"}
    assert answer.release["global_reasons"] == ["AWAITING_APPROVAL"]


def test_the_projects_own_registry_is_used_where_the_folder_has_none(audits: Audits) -> None:
    answer = audits["portal, undeclared"]
    assert not list((answer.root / "registry").glob("[ms]*"))
    assert answer.entry("one")["sent"] == "4"


@pytest.mark.parametrize("name", list(INCOMPLETE))
def test_an_incomplete_extract_covers_nobody(audits: Audits, name: str) -> None:
    """A surplus is as bad as a lack."""
    answer = audits[f"portal, {name}"]
    assert not answer.met("one", "PORTAL_COVERED")
    assert answer.share("one") == 0
    assert answer.entry("one")["verdict"] == "not_verified"
    code = "PORTAL_MANIFEST_MISSING" if name == "undeclared" else "PORTAL_INCOMPLETE"
    assert code in answer.release["global_reasons"]
    assert "REQUIREMENTS_UNMET" in answer.release["global_reasons"]
    assert answer.release["decision"] == "HOLD"


@pytest.mark.parametrize("name", list(INCOMPLETE))
def test_what_an_incomplete_extract_holds_can_still_be_lost(audits: Audits, name: str) -> None:
    """A message that it does hold needs only the case system's coverage."""
    answer = audits[f"portal, {name}"]
    assert answer.outcomes("one") == dict.fromkeys("acd", "registered by id") | {"b": "lost"}
    low, lost, high = answer.losses("one")
    assert low <= lost == 1 <= high


def test_the_clock_decides_what_has_happened(tmp_path: Path) -> None:
    """On 10 June the log had not been exported (1 July) and the fix not confirmed (20 June)."""
    folder = Folder(tmp_path)
    base(folder)
    copy = Answer(folder.write(), audit(tmp_path, "2023-06-10T12:00:00Z"))
    assert copy.release["as_of_utc"].startswith("2023-06-10T12:00:00")
    assert copy.outcomes("one") == dict.fromkeys("abcd", "unknown")
    assert not copy.met("one", "FIX_INSTALLED")
    assert not copy.met("one", "LOG_COVERED")
