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


def test_a_surplus_row_may_hide_a_loss_as_often_as_rows_follow_losses() -> None:
    place = Scene().place("1811").send_each(NAMES)
    place.send("lost", "2023-05-01T10:00:00").send("answered", "2023-05-01T10:10:00")
    place.upload().by_time(NAMES + " answered").row("2023-03-15T10:00:00")
    fewer, _, extras, hidden = ambiguity(place)
    assert (fewer, extras) == (0, 1) and 0 < hidden < 1


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
