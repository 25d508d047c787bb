from __future__ import annotations

from support.scene import Place, Result, Scene

NAMES = " ".join(f"m{number}" for number in range(30))


def channels(place: Place) -> list[tuple[str, int]]:
    found: Result = place.scene.reconcile()
    return [(channel, followed) for channel, followed in found.table("reconcile__sharp", "channel, followed")]


def test_registrations_within_seconds_of_the_acknowledgement_make_the_channel_sharp() -> None:
    place = Scene().place("1811").send_each(NAMES, days=1, acknowledged=3600)
    place.upload().by_time(NAMES, delay=3602)
    assert channels(place) == [("FIKS_IO", 30)]


def test_registrations_hours_after_the_acknowledgement_do_not() -> None:
    place = Scene().place("1811").send_each(NAMES, days=1, acknowledged=5, channel="SVARINN")
    upload = place.upload()
    for number, name in enumerate(NAMES.split()):
        upload.by_time(name, delay=900 + 300 * number)
    assert channels(place) == []


def test_fewer_than_twenty_are_too_few() -> None:
    few = " ".join(NAMES.split()[:19])
    place = Scene().place("1811").send_each(few, days=1, acknowledged=3600)
    place.upload().by_time(few, delay=3602)
    assert channels(place) == []
