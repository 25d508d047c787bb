"""Why a message has its outcome, in Norwegian: the rule that gave it, and how a log's clock was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from meldingskontroll.overview import words

Row = Mapping[str, Any]

_UNKNOWN: Mapping[str, str] = MappingProxyType(
    {
        "superseded": "Bare en eldre fil har meldingen. En nyere fil fra samme fagsystem gjelder samme tid og har den "
        "ikke, så to eksporter sier hver sitt.",
        "rejected_row": "Ingen rad svarer på meldingen, men rader i filen for samme tid kunne ikke leses. "
        "En av dem kan være denne meldingen.",
        "silent": "Loggen er taus da meldingen ble sendt: minst fem meldinger på rad mangler, og loggen har ingen rad "
        "imellom. En taus logg beviser verken at meldingen er tapt, eller at den er registrert.",
        "clock_not_identified": "Ingen rad er funnet som svar på meldingen, men loggens klokke kunne ikke bestemmes. "
        "En rad i nærheten kan være denne meldingen, lest til feil tid.",
        "not_covered": "Ingen rad svarer på meldingen, og ingen logg beviser tiden da den ble sendt.",
    }
)
_CONVENTIONS: Mapping[str, str] = MappingProxyType(
    {
        "oslo": "norsk tid",
        "utc": "UTC",
        "cet": "norsk vintertid hele året",
        "zoned": "tidssonen som står i loggen",
    }
)

_AGAINST: Mapping[str, str] = MappingProxyType(
    {
        "acknowledged": ", målt mot kvitteringen til portalen",
        "sent": ", målt mot tiden meldingene ble sendt",
    }
)


def rule_of(row: Row) -> str:
    """The rule that gave the outcome, in one or two sentences; `row` has the columns of the findings."""
    outcome = row["outcome"]
    if outcome == "registered":
        return _registered(row)
    if outcome == "printed":
        return "Meldingen gikk som post. Portalen vet om det, og den er ikke tapt."
    if outcome == "not_delivered":
        return (
            "Utskriften ble avvist, og meldingen er ikke levert."
            if row.get("print_rejected")
            else "Mottakeren kvitterte ikke innen fristen, så meldingen er ikke levert."
        )
    if outcome == "in_transit":
        return "Fristen for å registrere meldingen er ikke ute på tidspunktet for kontrollen."
    if outcome == "lost":
        return _lost(row)
    return _UNKNOWN.get(row["cause"] or "", "Det finnes ikke bevis verken for at meldingen er registrert eller tapt.")


def _registered(row: Row) -> str:
    if row["matched_by"] == "id":
        where = (
            " Raden står i loggen til et annet sted enn mottakerens tjeneste." if row.get("matched_elsewhere") else ""
        )
        return f"En rad i fagsystemets logg oppgir meldingens id.{where}"
    sure = (
        f" Meldingen er med i en gruppe der minst én er tapt; sannsynligheten for at det er denne, er "
        f"{words.percent(row['loss_probability'])}."
        if row["candidate_group"]
        else ""
    )
    return f"En rad uten id svarer på meldingen i tid: samme slag, samme kanal og innen fristen.{sure}"


def _lost(row: Row) -> str:
    said = "Mottakeren kvitterte for meldingen, loggen dekker tiden da den ble sendt, og ingen rad svarer på den."
    if row["candidate_group"]:
        said += (
            " Den er med i en gruppe der det ikke kan avgjøres sikkert hvilken som er tapt; sannsynligheten for at det "
            f"er denne, er {words.percent(row['loss_probability'])}."
        )
    if row.get("cause") == "other_kind":
        said += (
            " Loggen har en ubrukt rad i nærheten med annen type melder (privat i stedet for offentlig, eller omvendt)."
            " Er melderen ført feil der, er meldingen registrert; derfor er den ikke regnet med i det laveste tallet."
        )
    return said


def why_of(row: Row) -> dict[str, Any]:
    """The short answer on a page: `heading`, `message_id` and `lines`; `row` is one of `overview__whys`."""
    return {
        "heading": f"{words.OUTCOMES[row['outcome']]}: sendt {words.clock_time(row['sent_at_utc'])}",
        "message_id": row["message_id"],
        "lines": [rule_of(row), *_acknowledged(row), _proof(row), *_neighbours(row), *_surplus(row), *_page_clock(row)],
    }


def _acknowledged(row: Row) -> list[str]:
    if row["acknowledged_utc"] is None:
        return []
    return [f"Mottakeren kvitterte {words.clock_time(row['acknowledged_utc'])}."]


def _proof(row: Row) -> str:
    files = f"Filer som oppgir tiden: {', '.join(row['files'])}." if row["files"] else "Ingen fil oppgir denne tiden."
    if row["proven_from_utc"] is None:
        still = " Tiden er likevel ikke bevist; se «Tid som ingen logg beviser» over." if row["files"] else ""
        return files + still
    return (
        f"{files} Loggene beviser tiden fra {words.clock_time(row['proven_from_utc'])} til "
        f"{words.clock_time(row['proven_to_utc'])}."
    )


def _neighbours(row: Row) -> list[str]:
    return [
        f"Nærmeste registrerte melding {side} ble sendt {words.clock_time(row[f'{key}_sent_utc'])} og står i rad "
        f"{words.number(row[f'{key}_row'])}{_in_file(row[f'{key}_file'])}."
        for side, key in (("før", "before"), ("etter", "after"))
        if row[f"{key}_sent_utc"] is not None and row[f"{key}_row"] is not None
    ]


def _in_file(name: str | None) -> str:
    return f" i {name}" if name else ""


def _surplus(row: Row) -> list[str]:
    if not row["surplus_rows"]:
        return []
    count = words.plural(row["surplus_rows"], "rad", "rader")
    return [f"I loggen står {count} innen fristen som ikke er regnet som svar på noen melding."]


def _page_clock(row: Row) -> list[str]:
    if not row["files"] or row["clock_convention"] is None:
        return []
    periods = row.get("clock_periods") or []
    if len(periods) > 1 or any(period["drift_s_a_day"] for period in periods):
        return [clock_story(periods)]
    return [clock_of(row["clock_convention"], row["clock_offset_s"] is not None, row["clock_offset_s"], "")]


def clock_of(convention: str | None, identified: bool, offset_s: int | None, reference: str = "sent") -> str:
    """How a log's times were read, and how sure that is; `offset_s` is how far ahead of the portal the clock is."""
    if convention is None:
        return "Filen har ingen rader, og klokken er ikke lest."
    name = _CONVENTIONS.get(convention, convention)
    if not identified:
        return f"Klokken kunne ikke bestemmes av radene. Tidene er lest som {name}, uten å rettes."
    against = _AGAINST.get(reference, "")
    return f"Tidene er lest som {name}, {_offset(offset_s)}{against}."


def clock_story(periods: Sequence[Row]) -> str:
    """How a clock that was set or drifts was read, period by period; each has the columns of `reconcile__clocks`."""
    told = [_told(period, is_last=place == len(periods) - 1) for place, period in enumerate(periods)]
    if len(told) == 1:
        return f"Klokken gikk ikke jevnt: {told[0]}."
    return f"Klokken har gått på {len(told)} måter: {', deretter '.join(told)}. Datoene er loggens egne."


def _told(period: Row, *, is_last: bool) -> str:
    end = "" if is_last else f" til {words.day(date.fromisoformat(period['to_local'][:10]))}"
    name = _CONVENTIONS.get(period["convention"], period["convention"])
    if not period["identified"]:
        return f"ikke mulig å bestemme{end} (lest som {name})"
    seconds = period["offset_s"] or 0
    pace = period["drift_s_a_day"] or 0
    way = f"{duration(abs(seconds))} {'foran' if seconds > 0 else 'etter'}" if seconds else "likt med portalens"
    if not pace:
        return f"{way}{end} (lest som {name})"
    verb = "vant" if pace > 0 else "tapte"
    return f"{way} og {verb} {_pace(abs(pace))} s i døgnet{end} (lest som {name})"


def _pace(seconds: float) -> str:
    """Seconds a day with as many decimals as say something: `2,1`, `0,04`."""
    return f"{seconds:.1f}".replace(".", ",") if seconds >= 0.1 else f"{seconds:.2f}".replace(".", ",")


def _offset(seconds: int | None) -> str:
    if not seconds:
        return "og klokken går likt med portalens"
    way = "foran" if seconds > 0 else "etter"
    return f"og klokken går {duration(abs(seconds))} {way} portalens"


def duration(seconds: int) -> str:
    """A stretch of time in words: `20 sekunder`, `4 min 19 s`, `3 t 5 min`, `2 døgn 4 t`."""
    sign, left = (words.THIN_MINUS, -seconds) if seconds < 0 else ("", seconds)
    if left < 60:
        return sign + words.plural(left, "sekund", "sekunder")
    parts = ((left // 86400, "døgn"), (left // 3600 % 24, "t"), (left // 60 % 60, "min"), (left % 60, "s"))
    first = next(place for place, (count, _) in enumerate(parts) if count)
    shown = [f"{count}{words.NBSP}{unit}" for count, unit in parts[first : first + 2] if count]
    return sign + " ".join(shown)
