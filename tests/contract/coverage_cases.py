"""The cases of coverage: each is one municipality with its messages, and one or two logs that declare periods.

Every case uses ids, so that a missing message is missing and nothing else.
"""

from __future__ import annotations

from typing import Any

from contract.folder import Folder, Place, later


def case(folder: Folder, name: str, sent: str, registered: str, **declared: Any) -> Place:
    """Messages four days apart from 10 January 10:00, and a log that holds the registered ones."""
    place = folder.place(name)
    place.send_each(sent)
    place.log(place.rows(registered), **declared)
    return place


def build(folder: Folder) -> None:
    empty_logs(folder)
    ends(folder)
    inside(folder)
    proof_of_life(folder)
    periods(folder)
    rejected_rows(folder)


def empty_logs(folder: Folder) -> None:
    case(folder, "header only, messages sent", "a b", "")
    folder.place("header only, nothing sent").log([])
    case(folder, "header only, sent before its period", "a b", "", periode_fra="2023-03-01")
    place = folder.place("every row rejected, messages sent")
    place.send_each("a b")
    place.log([row | {"mottatt": "ukjent"} for row in place.rows("a b")])


def ends(folder: Folder) -> None:
    case(folder, "end, 3 missing", "a b c d e f", "a b c")
    case(folder, "end, 2 missing", "a b c d e", "a b c")
    case(folder, "beginning, 3 missing", "a b c d e f", "d e f")
    case(folder, "beginning, 2 missing", "a b c d e", "c d e")
    for number, missing in ((3, "xyz"), (2, "xy")):
        place = folder.place(f"end, {number} missing around a printed one")
        place.send_each("a b c")
        for step, letter in enumerate(missing):
            place.send(letter, later("2023-02-01T10:00:00", days=4 * step))
            if letter == "x":
                place.send("printed", "2023-02-03T10:00:00", channel="PRINT", acknowledged="")
        place.log(place.rows("a b c"))


def inside(folder: Folder) -> None:
    case(folder, "inside, 5 missing", "a b c1 c2 c3 c4 c5 d e", "a b d e")
    case(folder, "inside, 4 missing", "a b c1 c2 c3 c4 d e", "a b d e")


def proof_of_life(folder: Folder) -> None:
    place = folder.place("end, 3 missing, a letter after")
    place.send_each("a b c d e f")
    place.log([*place.rows("a b c"), {"mottatt": "2023-02-20T10:00:00", "type": "brev", "kanal": "post"}])
    place = folder.place("beginning, 3 missing, a letter before")
    place.send_each("a b c d e f")
    place.log([{"mottatt": "2023-01-05T10:00:00", "type": "brev", "kanal": "post"}, *place.rows("d e f")])
    place = folder.place("inside, 5 missing, minutes between")
    place.send_each("a b c1 c2 c3 c4 c5 d e")
    minutes = {"mottatt": "2023-01-28T10:00:00", "type": "møtereferat", "kanal": "post"}
    place.log([*place.rows("a b"), minutes, *place.rows("d e")])


def periods(folder: Folder) -> None:
    case(folder, "undeclared", "a b c d", "a b d", periode_fra=None, periode_til=None)
    case(folder, "wrong count", "a b c d", "a b d", antall_rader="4")
    case(folder, "right count", "a b c d", "a b d", antall_rader="3")
    case(folder, "exported after the clock", "a b c d", "a b c d", eksportert="2023-07-02T08:00:00")
    case(folder, "a second short at the start", "a b c", "a b c", periode_fra="2023-01-01T00:00:01")
    # 14:00 local on 24 June is where the required period ends; 40 h later is 06:00 on 26 June.
    case(folder, "a second short at the end", "a b c", "a b c", periode_til="2023-06-26T05:59:59")
    place = folder.place("proven exactly to the end")
    place.send_each("a b c")
    place.send("after the required period", "2023-06-25T10:00:00")
    place.log(place.rows("a b c"), periode_til="2023-06-26T06:00:00")
    place = folder.place("from March")
    for name, sent in (("before", "2023-02-28T23:59:59"), ("at the start", "2023-03-01T00:00:00")):
        place.send(name, sent)
    place.send_each("a b c", first="2023-03-10T10:00:00")
    place.log(place.rows("a b c"), periode_fra="2023-03-01")
    edge(folder, "gap after April", "2023-05-01")
    edge(folder, "no gap after April", "2023-04-01")
    place = folder.place("ended in March", end="2023-03-01")
    place.send_each("a b c")
    place.send("after the end", "2023-03-01T00:00:00")
    place.log(place.rows("a b c"), periode_til="2023-03-02T16:00:00")

    place = folder.place("integrated since 2019", start="2019-01-01")
    place.send_each("a b c", first="2020-09-01T00:00:00")
    place.log(place.rows("a b c"), periode_fra="2020-09-01")
    place = folder.place("declared beyond the clock")
    place.send_each("a b c")
    place.send("52 h old", "2023-06-29T10:00:00")
    place.send("40 h old", "2023-06-29T22:00:00")
    place.log(place.rows("a b c"), periode_til="2024-01-01", eksportert="2023-07-01T14:00:00")


def edge(folder: Folder, name: str, second_from: str) -> None:
    """Two files, the first until 1 April: 08:00 on 30 March is 40 h before its end."""
    place = folder.place(name)
    place.send_each("a b")
    place.send("before the last 40 h", "2023-03-30T07:59:59")
    place.send("in the last 40 h", "2023-03-30T08:00:00")
    place.send("c", "2023-03-31T12:00:00")
    place.send_each("x y z", first="2023-05-10T10:00:00")
    place.log(place.rows("a b c"), name="første.csv", periode_til="2023-04-01", eksportert="2023-04-02T08:00:00")
    place.log(place.rows("x y z"), name="andre.csv", periode_fra=second_from)


def rejected_rows(folder: Folder) -> None:
    for name, missing, rejected in (("1 rejected, 2 missing", "c e", 1), ("2 rejected, 1 missing", "c", 2)):
        place = folder.place(name)
        place.send_each("a b c d e f")
        rows = place.rows(" ".join(letter for letter in "abcdef" if letter not in missing))
        bad = {"mottatt": "31.02.2023 10:00", "type": "bekymringsmelding", "melder": "offentlig", "kanal": "portal"}
        place.log(rows[:2] + [bad] * rejected + rows[2:], antall_rader=str(len(rows) + rejected))
