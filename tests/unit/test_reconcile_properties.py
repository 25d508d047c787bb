"""What must hold of every scene, whatever was sent and whatever was registered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from support.scene import Place, Result, Scene, at

OUTCOMES = ("registered", "printed", "not_delivered", "in_transit", "lost", "unknown")
FIRST = "2023-02-01T08:00:00"
modest = settings(
    max_examples=10,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)


@dataclass(frozen=True)
class Sent:
    """One message and what its municipality's log says of it."""

    minute: int
    kind: str
    channel: str
    acknowledged: bool
    registered: str
    delay: int
    twice: bool


@dataclass(frozen=True)
class Case:
    """One place: its messages, and what its log declares."""

    sent: tuple[Sent, ...]
    period: tuple[str, str] | None
    rejected: int = 0


sent_messages = st.builds(
    Sent,
    minute=st.one_of(st.integers(0, 60), st.integers(0, 40 * 1440)),
    kind=st.sampled_from(["public", "private", "unknown"]),
    channel=st.sampled_from(["FIKS_IO", "FIKS_IO", "FIKS_IO", "SVARINN", "MANUELL_MOTTAK", "PRINT"]),
    acknowledged=st.sampled_from([True, True, True, False]),
    registered=st.sampled_from(["id", "id", "time", "time", "time", "not"]),
    delay=st.sampled_from([20, 20, 40, 900, 30_000]),
    twice=st.sampled_from([False, False, False, True]),
)
periods = st.sampled_from([
    ("2023-01-15T00:00:00", "2023-04-15T00:00:00"), ("2023-02-10T00:00:00", "2023-03-05T00:00:00"), None,
])  # fmt: skip
cases = st.builds(Case, st.lists(sent_messages, max_size=12).map(tuple), periods, st.sampled_from([0, 0, 1]))
scenes = st.lists(cases, min_size=4, max_size=4)


def built(given_cases: list[Case], *, backwards: bool = False) -> Scene:
    scene = Scene(shuffled=backwards)
    for number, case in enumerate(given_cases):
        place = scene.place(f"18{number:02d}")
        upload = place.upload(period=case.period, rows_rejected=case.rejected)
        for name, sent in enumerate(case.sent):
            moment = at(FIRST, minutes=sent.minute)
            acknowledged = 5 if sent.acknowledged else None
            place.send(f"m{name}", moment, kind=sent.kind, channel=sent.channel, acknowledged=acknowledged)
            for _ in range({"not": 0}.get(sent.registered, 2 if sent.twice else 1)):
                (upload.by_id if sent.registered == "id" else upload.by_time)(f"m{name}", delay=sent.delay)
        if backwards:
            upload.rows = [row | {"file_row": row_no + 2} for row_no, row in enumerate(reversed(upload.rows))]
    return scene


def told(result: Result) -> list[tuple[Any, ...]]:
    columns = "message_id, outcome, matched_by, candidate_group, round(loss_probability, 9), cause"
    return sorted(result.table("reconcile__findings", columns), key=str)


def lost(result: Result, place: Place) -> set[str]:
    return set(result.called(place, "lost").split())


@modest
@given(scenes)
def test_every_message_counts_once_and_the_bounds_hold_the_count(given_cases: list[Case]) -> None:
    scene = built(given_cases)
    result = scene.reconcile()
    assert len(told(result)) == sum(len(place.messages) for place in scene.places)
    for place in scene.places:
        entry = result.entry(place)
        assert entry["sent"] == len(place.messages) == sum(entry[outcome] for outcome in OUTCOMES)
        assert entry["lost_low"] <= entry["lost"] <= entry["lost_high"]
        assert 0 <= entry["coverage_share"] <= 1


@modest
@given(scenes)
def test_one_registration_answers_one_message_a_source_by_time(given_cases: list[Case]) -> None:
    result = built(given_cases).reconcile()
    pairs = result.table("reconcile__pairs", "row_no, message_no, source")
    assert len({row for row, *_ in pairs}) == len(pairs) == len({(message, source) for _, message, source in pairs})
    answering = result.table("reconcile__standing", "row_no", "standing = 'registered'")
    assert len(set(answering)) == len(answering)


@modest
@given(scenes)
def test_over_a_group_the_probabilities_sum_to_its_losses_and_the_lost_are_the_likeliest(
    given_cases: list[Case],
) -> None:
    result = built(given_cases).reconcile()
    groups: dict[str, list[tuple[str, float]]] = {}
    for group, outcome, probability in result.table(
        "reconcile__findings", "candidate_group, outcome, loss_probability"
    ):
        groups.setdefault(group or outcome, []).append((outcome, probability))
    for group, members in groups.items():
        losses = [probability for outcome, probability in members if outcome == "lost"]
        others = [probability for outcome, probability in members if outcome != "lost"]
        assert abs(sum(losses) + sum(others) - len(losses)) < 1e-6
        assert not group.startswith("g-") or (losses and others and min(losses) >= max(others))


@modest
@given(scenes, st.integers(0, 2), st.integers(0, 11), st.sampled_from(["id", "time"]))
def test_one_more_registration_never_adds_a_loss_where_the_proof_stays_the_same(
    given_cases: list[Case], chosen: int, number: int, way: str
) -> None:
    before, after = built(given_cases), built(given_cases)
    place = after.places[chosen]
    if f"m{number}" in place.messages:
        upload = place.uploads[0]
        (upload.by_id if way == "id" else upload.by_time)(f"m{number}", delay=33)
    one, two = before.reconcile(), after.reconcile()
    proof = [
        (run.table("reconcile__coverage"), run.table("reconcile__clocks", "upload_id, offset_s")) for run in (one, two)
    ]
    if proof[0] == proof[1]:
        for place_before, place_after in zip(before.places, after.places, strict=True):
            assert len(lost(two, place_after)) <= len(lost(one, place_before))


@modest
@given(scenes, st.integers(0, 2))
def test_a_log_that_takes_back_its_period_adds_neither_a_loss_nor_an_innocence(
    given_cases: list[Case], chosen: int
) -> None:
    undeclared = [replace(case, period=None) if number == chosen else case for number, case in enumerate(given_cases)]
    before, after = built(given_cases), built(undeclared)
    one, two = before.reconcile(), after.reconcile()
    assert lost(two, after.places[chosen]) == set()
    for outcome in ("registered", "printed", "not_delivered", "in_transit"):
        for place_before, place_after in zip(before.places, after.places, strict=True):
            was, became = one.called(place_before, outcome).split(), two.called(place_after, outcome).split()
            assert set(became) <= set(was)


@modest
@given(scenes)
def test_the_order_of_rows_and_files_and_the_same_bytes_again_change_nothing(given_cases: list[Case]) -> None:
    plain, backwards, again = built(given_cases), built(given_cases, backwards=True), built(given_cases)
    for place in again.places:
        copy = place.upload("copy.csv", period=place.uploads[0].declared["period"], same_bytes_as="log.csv")
        copy.rows = list(place.uploads[0].rows)
    results = [scene.reconcile() for scene in (plain, backwards, again)]
    assert told(results[0]) == told(results[1]) == told(results[2])
    counts = [result.table("reconcile__entries", "* EXCLUDE (clock_offset_s)") for result in results]
    assert counts[0] == counts[1] == counts[2]


@modest
@given(scenes, st.integers(0, 2), st.sampled_from(["front", "back"]))
def test_a_log_that_proves_less_adds_neither_a_loss_nor_an_innocence(
    given_cases: list[Case], chosen: int, end: str
) -> None:
    case = given_cases[chosen]
    if case.period is None or case.rejected:
        return
    shorter = ("2023-02-15T00:00:00", case.period[1]) if end == "front" else (case.period[0], "2023-02-25T00:00:00")
    reduced = [replace(one, period=shorter) if number == chosen else one for number, one in enumerate(given_cases)]
    before, after = built(given_cases), built(reduced)
    one, two = before.reconcile(), after.reconcile()
    for place_before, place_after in zip(before.places, after.places, strict=True):
        for outcome in OUTCOMES[:-1]:
            was, became = one.called(place_before, outcome).split(), two.called(place_after, outcome).split()
            assert set(became) <= set(was), outcome


@modest
@given(scenes)
def test_the_files_of_a_folder_in_any_order_say_the_same(given_cases: list[Case]) -> None:
    one_way, other_way = built(given_cases), built(given_cases)
    for scene, turned in ((one_way, False), (other_way, True)):
        for place in scene.places:
            whole = place.uploads[0]
            halves = [whole.rows[::2], whole.rows[1::2]]
            place.uploads.clear()
            for name in ("b", "a") if turned else ("a", "b"):
                part = place.upload(f"{name}.csv", **dict(whole.declared))
                part.declared["case_system"] = f"SYSTEM_{name.upper()}"
                part.rows = list(halves[name == "b"])
    assert told(one_way.reconcile()) == told(other_way.reconcile())


@modest
@given(scenes)
def test_the_least_number_of_losses_is_never_above_the_truth_whatever_is_repeated(given_cases: list[Case]) -> None:
    scene = built(given_cases)
    result = scene.reconcile()
    for case, place in zip(given_cases, scene.places, strict=True):
        true = sum(sent.registered == "not" and sent.acknowledged and sent.channel != "PRINT" for sent in case.sent)
        assert result.entry(place)["lost_low"] <= true


@modest
@given(scenes)
def test_a_later_export_of_the_same_rows_changes_nothing(given_cases: list[Case]) -> None:
    plain, again = built(given_cases), built(given_cases)
    for place in again.places:
        first = place.uploads[0]
        first.declared["exported_utc"] = "2023-06-01T00:00:00"
        later = dict(first.declared) | {"exported_utc": "2023-06-02T00:00:00"}
        place.upload("later.csv", **later).rows = list(first.rows)
    assert told(plain.reconcile()) == told(again.reconcile())
