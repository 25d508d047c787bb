"""The map and the time lines."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from datetime import date, datetime

from meldingskontroll.overview.drawing import draw_map, draw_timeline, geometry
from meldingskontroll.roster.reference import municipalities_of_2023

START, END = datetime(2020, 8, 31, 22), datetime(2023, 7, 1)


def month(first: date, **counts: int) -> dict:
    names = ("registered", "printed", "not_delivered", "in_transit", "lost", "unknown")
    return {"month": first, "sent": sum(counts.values()), **{name: counts.get(name, 0) for name in names}}


def test_the_map_has_a_shape_for_each_of_the_356_municipalities() -> None:
    shapes = geometry()["municipalities"]
    assert sorted(shapes) == sorted(municipalities_of_2023())
    assert len(shapes) == 356
    assert all(shape["d"].startswith("M") for shape in shapes.values())
    assert "Kartverket" in geometry()["credit"]


def test_the_map_of_nobody_shows_every_municipality_as_outside() -> None:
    svg = str(draw_map({}, {"0301": "Oslo"}))
    assert svg.count('class="m-outside"') == 356
    assert "<title>Oslo: Ikke i omfanget</title>" in svg
    ElementTree.fromstring(svg)


def test_a_time_line_without_messages_says_so() -> None:
    svg = str(draw_timeline("x", "Sted", [], START, END))
    assert "Ingen meldinger" in svg
    ElementTree.fromstring(svg)


def test_a_time_line_draws_each_outcome_each_gap_and_each_loss() -> None:
    svg = str(
        draw_timeline(
            "x", "<Sted>", [month(date(2021, 3, 1), registered=9, lost=1)], START, END,
            periods=[{"from_utc": START, "to_utc": END}], proven=[{"from_utc": START, "to_utc": datetime(2022, 1, 1)}],
            silences=[{"from_utc": datetime(2022, 1, 1), "to_utc": datetime(2022, 2, 1)}],
            losses=[{"sent_at_utc": datetime(2021, 3, 4)}],
        )
    )  # fmt: skip
    root = ElementTree.fromstring(svg)
    drawn = [element.get("class") for element in root.iter() if element.get("class")]
    for kind in ("o-registered", "o-lost", "t-periods", "t-proven", "t-silences", "t-loss"):
        assert drawn.count(kind) == 1, kind
    assert "&lt;Sted&gt;" in svg


def test_a_time_line_of_no_time_is_still_drawn() -> None:
    root = ElementTree.fromstring(str(draw_timeline("x", "Sted", [], END, START)))
    assert root.get("viewBox") == "0 0 600 220"
