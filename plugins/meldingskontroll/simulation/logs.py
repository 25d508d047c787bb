"""The municipalities' uploads: rows of the case systems' logs, written as the template or as SvarInn's importer log."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from meldingskontroll.lake import WorkFolder, write_bytes, write_text
from meldingskontroll.simulation import rhythm
from meldingskontroll.simulation.places import Place
from meldingskontroll.simulation.rhythm import DAY, HOUR, Seconds
from meldingskontroll.simulation.scenario import Oddity, Scenario
from meldingskontroll.simulation.traffic import PRINTED, REGISTERED, Traffic
from meldingskontroll.simulation.uploads import Upload

HEADER = "meldingsid;mottatt;registrert;type;melder;kanal;kommunenummer;bydelsnummer"
_REPORTER = np.array(["privat", "offentlig", ""], dtype=object)
_CHANNEL = np.array(["portal", "svarinn", "manuell", "post"], dtype=object)
_GAP_MESSAGES = 9

Texts = npt.NDArray[np.object_]


@dataclass
class Rows:
    """Rows of one case system in order of time; `sent` and `at` are true UTC seconds, `own` the portal's id or none."""

    own: Texts
    sent: Seconds
    at: Seconds
    item: Texts
    reporter: Texts
    channel: Texts
    municipality: Texts
    district: Texts

    def where(self, kept: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> Rows:
        return Rows(*(column[kept] for column in vars(self).values()))

    def __len__(self) -> int:
        return len(self.at)


def write_uploads(
    work: WorkFolder, scenario: Scenario, places: list[Place], uploads: list[Upload], traffic: Traffic, seed: int
) -> None:
    """Write every inbox. Who answers nothing has no folder, or an empty one."""
    by_entry = np.argsort(traffic.entry, kind="stable")
    bounds = np.searchsorted(traffic.entry[by_entry], np.arange(int(traffic.entry.max(initial=-1)) + 2))
    for number, upload in enumerate(uploads):
        rng = np.random.default_rng([seed, 7, number])
        indices = np.concatenate([by_entry[bounds[entry] : bounds[entry + 1]] for entry in upload.entries])
        rows = _case_system_rows(scenario, places, upload, traffic, np.sort(indices), rng)
        _write_upload(work, upload, rows, rng)


def _case_system_rows(
    scenario: Scenario,
    places: list[Place],
    upload: Upload,
    traffic: Traffic,
    indices: npt.NDArray[np.intp],
    rng: np.random.Generator,
) -> Rows:
    stored = indices[traffic.fate[indices] == REGISTERED]
    again = stored[rng.random(len(stored)) < scenario.duplicates]
    by_hand = indices[(traffic.fate[indices] == PRINTED) & (rng.random(len(indices)) < 0.5)]
    letters = stored[rng.random(len(stored)) < 0.25]
    post = stored[rng.random(len(stored)) < 0.08]
    picked = np.concatenate([stored, again, by_hand, letters, post])
    at = np.concatenate(
        [
            traffic.received[stored],
            traffic.received[again] + rng.lognormal(np.log(600), 1.3, len(again)).astype(np.int64) + 1,
            traffic.printed[by_hand] + rng.integers(DAY, 6 * DAY, len(by_hand)),
            traffic.received[letters] + rng.integers(-5 * DAY, 5 * DAY, len(letters)),
            traffic.received[post] + rng.integers(-5 * DAY, 5 * DAY, len(post)),
        ]
    )
    from_portal = np.arange(len(picked)) < len(stored) + len(again)
    item = np.full(len(picked), "bekymringsmelding", dtype=object)
    mail = slice(len(picked) - len(post) - len(letters), len(picked) - len(post))
    item[mail] = np.where(rng.random(len(letters)) < 0.7, "brev", "møtereferat")
    without = 0.0 if Oddity.IMPORTER in upload.oddities else scenario.rows_without_id
    has_id = from_portal & (rng.random(len(picked)) >= without) & upload.with_ids
    numbers = np.array([place.municipality_no for place in places], dtype=object)
    districts = np.array([place.district_no for place in places], dtype=object)
    where = traffic.place[picked]
    order = np.lexsort((picked, at))
    order = order[(at[order] >= upload.since) & (at[order] < upload.until)]
    return Rows(
        own=np.where(has_id, traffic.ids[picked], ""),
        sent=np.where(from_portal, traffic.sent[picked], at),
        at=at,
        item=item,
        reporter=_REPORTER[traffic.kind[picked]],
        channel=np.where(from_portal, _CHANNEL[traffic.channel[picked]], "post"),
        municipality=numbers[where] if upload.names_municipality else np.full(len(picked), "", dtype=object),
        district=districts[where] if upload.districts else np.full(len(picked), "", dtype=object),
    ).where(order)


def _write_upload(work: WorkFolder, upload: Upload, rows: Rows, rng: np.random.Generator) -> None:
    odd = upload.oddities
    if Oddity.NO_FOLDER in odd:
        return
    inbox = work.inbox(upload.folder_no)
    inbox.mkdir(parents=True, exist_ok=True)
    if Oddity.EMPTY_INBOX in odd:
        return
    if Oddity.GARBAGE in odd:
        write_bytes(inbox / "eksport.csv", rng.bytes(4096))
    since, until = upload.since, upload.until
    if Oddity.PERSONAL_DATA in odd:
        _write_personal(work, upload, rng)
    elif Oddity.IMPORTER in odd:
        _write_importer(work, upload, rows)
    elif Oddity.OVERLAP in odd:
        middle = since + (until - since) // 2
        _write_template(work, upload, rows, since, middle + 60 * DAY)
        _write_template(work, upload, rows, middle, until)
    elif Oddity.ROWS_GONE in odd:
        _write_template(work, upload, rows, since, until - 14 * DAY)
        gone = np.isin(np.arange(len(rows)), len(rows) // 2 + 2 * np.arange(3))
        _write_template(work, upload, rows.where(~gone), since, until)
    else:
        _write_template(work, upload, _with_holes(upload, rows), since, until)


def _with_holes(upload: Upload, rows: Rows) -> Rows:
    """The rows that are left where the log has a gap or lacks its beginning, though the period is declared whole."""
    concerns = rows.where((rows.item == "bekymringsmelding") & (rows.channel != "post"))
    concerns = concerns.where(np.argsort(concerns.sent, kind="stable"))
    if len(concerns) <= _GAP_MESSAGES:
        return rows
    if Oddity.TRUNCATED in upload.oddities:
        return rows.where(rows.at >= _plain_edge(concerns, len(concerns) * 2 // 5))
    if Oddity.GAP in upload.oddities:
        begin = _plain_edge(concerns, len(concerns) // 2)
        end = _plain_edge(concerns, int(np.searchsorted(concerns.sent, begin)) + _GAP_MESSAGES)
        return rows.where((rows.at < begin) | (rows.at >= end))
    return rows


def _plain_edge(concerns: Rows, index: int) -> int:
    """The sending time of the first message from `index` on that was sent when everything before it was stored."""
    stored = np.maximum.accumulate(concerns.at)
    plain = np.flatnonzero(stored[:-1] < concerns.sent[1:]) + 1
    following = plain[plain >= index]
    return int(concerns.sent[following[0] if len(following) else -1])


def _write_template(work: WorkFolder, upload: Upload, rows: Rows, since: int, until: int) -> None:
    """Write the template with its declared period `[since, until)`; the day of the export is in the name."""
    rows = rows.where((rows.at >= since) & (rows.at < until))
    exported = str(rhythm.local_text(np.array([until + HOUR // 2]))[0])
    lines = _lines(upload, rows)
    name = f"familialogg{upload.label}_{exported[:10]}.csv"
    target = work.inbox(upload.folder_no) / name
    declared = {} if Oddity.UNDECLARED in upload.oddities else _declaration(upload, since, until, exported, len(rows))
    if declared and upload.manifest_beside:
        write_text(target.with_name(f"{name}.manifest.json"), json.dumps(declared, ensure_ascii=False, indent=1) + "\n")
        declared = {}
    top = [f"# {key}: {'|'.join(v) if isinstance(v, list) else v}" for key, v in declared.items()]
    write_text(target, "\n".join([*top, HEADER, *lines]) + "\n")


def _declaration(upload: Upload, since: int, until: int, exported: str, rows: int) -> dict[str, str | int | list[str]]:
    first, last = rhythm.local_text(np.array([since, until]))
    declared: dict[str, str | int | list[str]] = {
        "kommunenummer": upload.folder_no,
        "fagsystem": "VISMA_FAMILIA",
        "fagsystem_versjon": "23.2",
        "periode_fra": str(first),
        "periode_til": str(last),
        "eksportert": exported,
        "antall_rader": rows,
    }
    if len(upload.municipalities) > 1:
        declared["gjelder_kommuner"] = upload.municipalities
    if upload.districts:
        declared["gjelder_bydeler"] = upload.districts
    return declared


def _lines(upload: Upload, rows: Rows) -> list[str]:
    wall = rows.at + upload.clock_offset
    if upload.clock != "utc":
        wall = wall + rhythm.norwegian_offset(rows.at + upload.clock_offset)
    received = rhythm.text_of(wall)
    if upload.by_minute:
        received = received.astype("U16")
    zones = [""] * len(rows)
    if upload.clock == "zoned":
        hours = rhythm.norwegian_offset(rows.at + upload.clock_offset) // HOUR
        zones = [f"+0{hour}:00" for hour in hours.tolist()]
    columns = (rows.own, received, zones, rows.item, rows.reporter, rows.channel, rows.municipality, rows.district)
    return [
        f"{own};{at}{zone};;{item};{reporter};{channel};{municipality};{district}"
        for own, at, zone, item, reporter, channel, municipality, district in zip(
            *(column if isinstance(column, list) else column.tolist() for column in columns), strict=True
        )
    ]


def _write_importer(work: WorkFolder, upload: Upload, rows: Rows) -> None:
    """SvarInn's importer log; its titles are the same for all messages, and the case numbers are made up."""
    rows = rows.where((rows.channel == "svarinn") & (rows.item == "bekymringsmelding") & (rows.own != ""))
    times = np.char.replace(rhythm.text_of(rhythm.wall_clock(rows.at + upload.clock_offset)), "T", " ")
    lines = []
    for number, (at, own) in enumerate(zip(times.tolist(), rows.own.tolist(), strict=True), start=1):
        lines.append(f"{at};1 nye forsendelser")
        lines.append(
            f"{at};Importerte forsendelse med tittel Bekymringsmelding,id {own}, "
            f"saksnr: {at[:4]}/{number} og journalpostnummer {at[:4]}/{number + 1000}."
        )
    target = work.inbox(upload.folder_no) / "forsendelser.log"
    exported = str(rhythm.local_text(np.array([upload.until + HOUR // 2]))[0])
    declared = _declaration(upload, upload.since, upload.until, exported, len(rows))
    declared = {k: v for k, v in declared.items() if k not in ("antall_rader", "fagsystem_versjon")}
    declared["fagsystem"] = "SvarInn importer"
    write_text(target.with_name("forsendelser.log.manifest.json"), json.dumps(declared, ensure_ascii=False) + "\n")
    write_text(target, "".join(line + "\n" for line in lines))


def _write_personal(work: WorkFolder, upload: Upload, rng: np.random.Generator) -> None:
    """A log that must be refused: it holds a national id number of the synthetic series (month + 80)."""
    number = synthetic_national_id(rng)
    line = f";2023-02-01T10:00:00;;bekymringsmelding;offentlig;portal;{upload.folder_no};;{number}"
    write_text(work.inbox(upload.folder_no) / "familialogg_med_merknad.csv", f"{HEADER};merknad\n{line}\n")


def synthetic_national_id(rng: np.random.Generator) -> str:
    """A number with valid check digits in the series reserved for synthetic persons (month + 80): nobody has it."""
    while True:
        body = (
            f"{rng.integers(1, 29):02d}{rng.integers(81, 93):02d}{rng.integers(0, 100):02d}{rng.integers(0, 500):03d}"
        )
        first = _check_digit(body, (3, 7, 6, 1, 8, 9, 4, 5, 2))
        second = _check_digit(f"{body}{first}", (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) if first < 10 else 10
        if second < 10:
            return f"{body}{first}{second}"


def _check_digit(digits: str, weights: tuple[int, ...]) -> int:
    return -sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
