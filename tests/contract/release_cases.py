"""Folders about the decision: everything met, a loss without a name, and nobody."""

from __future__ import annotations

from contract.folder import Folder


def build(folder: Folder) -> None:
    """Nothing is left to ask of any of these six."""
    plain = folder.place("plain")
    plain.send_each("a b c")
    plain.send("printed", "2023-02-20T10:00:00", channel="PRINT", acknowledged="")
    plain.send("young", "2023-06-30T10:00:00")
    plain.log(plain.rows("a b c"))
    lossy = folder.place("a loss, followed up")
    lossy.send_each("a b c")
    lossy.log(lossy.rows("a c"))
    lossy.follow_up("gjenopprettet", lossy.messages["b"].id)
    lossy.follow_up("avvik_meldt_datatilsynet")
    folder.place("nothing sent").log([])
    ended = folder.place("ended", end="2023-03-01")
    ended.send_each("a b c")
    ended.log(ended.rows("a b c"))
    host = folder.place("host")
    member = folder.place("member", host=host.number)
    for place in (host, member):
        place.send_each("a b c")
    host.log(host.rows("a b c") + member.rows("a b c"), gjelder_kommuner=f"{host.number}|{member.number}")
    for place in folder.cases.values():
        if place is not ended:
            place.fix()
        if place is not member:
            stated = {"mangler_meldinger": "ja_kjent", "antall_meldinger": "1"} if place is lossy else {}
            place.answer(**({"mangler_meldinger": "nei"} | stated))
    (folder.root / "registry").mkdir(parents=True)
    (folder.root / "registry/approvers.json").write_text('{"keys": []}', encoding="utf-8")
    folder.names = {place.number: f"Prøvevik {place.number}" for place in folder.cases.values()}


def group(folder: Folder) -> None:
    """Two messages a minute apart and one row: a loss without a name."""
    place = folder.place("group")
    place.send_each("a b c d")
    place.send("first", "2023-03-01T10:00:00")
    place.send("second", "2023-03-01T10:00:20")
    place.send_each("x y z", first="2023-03-10T10:00:00")
    place.log([*place.rows("a b c d x y z", by_id=False), place.messages["second"].row(meldingsid="")])


def nobody(folder: Folder) -> None:
    """Registries and a log with headers and no rows."""
