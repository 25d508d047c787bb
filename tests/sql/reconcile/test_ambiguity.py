from __future__ import annotations

from support.scene import Place, Scene

NAMES = " ".join(f"m{number}" for number in range(12))


def ambiguity(place: Place) -> tuple[int, int, int, float]:
    columns = "may_be_fewer, may_be_more, extras, hidden_mean"
    (found,) = place.scene.reconcile().table("reconcile__ambiguity", columns, f"entry_id = '{place.entry_id}'")
    return found  # type: ignore[return-value]


def test_an_exact_log_leaves_nothing_open() -> None:
    place = Scene().place("1811").send_each(NAMES)
    place.upload().by_time(NAMES)
    assert ambiguity(place) == (0, 0, 0, 0)


def test_a_late_row_that_may_be_a_repeat_may_hide_a_loss() -> None:
    place = Scene().place("1811").send_each(NAMES)
    place.send("first", "2023-05-01T10:00:00").send("late", "2023-04-30T22:00:00")
    place.upload().by_time(NAMES + " first").row("2023-05-01T10:04:00")
    fewer, more, extras, hidden = ambiguity(place)
    assert (fewer, more, extras) == (0, 0, 0) and 0.001 < hidden < 0.5


def test_a_loss_that_an_exchange_spared_may_be_one_after_all() -> None:
    place = Scene().place("1811").send_each(NAMES)
    place.send("early", "2023-05-01T00:00:00").send("middle", "2023-05-02T06:00:00")
    place.upload().by_time(NAMES).row("2023-05-02T11:00:00").row("2023-05-02T21:00:00")
    result = place.scene.reconcile()
    assert result.outcomes(place, "early middle") == {"early": "registered", "middle": "registered"}
    entry = result.entry(place)
    assert (entry["lost_low"], entry["lost"]) == (0, 0) and entry["lost_high"] >= 1


def test_a_roster_entry_without_any_log_has_its_row() -> None:
    place = Scene().place("1811").send_each(NAMES)
    assert ambiguity(place) == (0, 0, 0, 0)


def test_a_loss_among_the_members_of_a_hosts_file_may_be_any_members() -> None:
    scene = Scene()
    host, member = scene.place("0301", service="T1"), scene.place("1103", service="T1")
    host.send_each(NAMES, days=6)
    host.send("lost", "2023-05-01T10:00:00")
    member.send("other", "2023-05-01T10:00:10")
    upload = host.upload(speaks_municipalities=["0301", "1103"]).by_time(NAMES)
    upload.row("2023-05-01T10:00:30")
    result = scene.reconcile()
    bounds = [(result.entry(place)["lost_low"], result.entry(place)["lost_high"]) for place in (host, member)]
    assert sum(result.entry(place)["lost"] for place in (host, member)) == 1
    assert bounds == [(0, 1), (0, 1)]
