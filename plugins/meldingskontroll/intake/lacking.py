"""What a municipality still lacks before it is verified, in the words of its receipts."""

from __future__ import annotations

import math

import duckdb

from meldingskontroll import sql
from meldingskontroll.lake import WorkFolder
from meldingskontroll.roster.reference import canonical

_WORDS = {
    "CASE_SYSTEM_KNOWN": "Hvilket fagsystem som var i bruk, er ikke avklart.",
    "FIX_INSTALLED": "Rettet versjon av fagsystemet er ikke bekreftet installert.",
    "PORTAL_COVERED": "Portalens egen logg dekker ennå ikke hele perioden. Dette trenger dere ikke å gjøre noe med.",
    "LOG_COVERED": "Loggene dekker ikke hele perioden. Send logger for det som mangler.",
    "LOSSES_FOLLOWED_UP": "Tapte meldinger er ikke fulgt opp.",
    "CLEAN_SINCE_FIX": "Minst sju døgn uten tap etter rettelsen er ikke vist. Send en logg for tiden etter.",
    "SURVEY_ANSWERED": "Spørreundersøkelsen er ikke besvart.",
    "SURVEY_AGREES": "Svaret på spørreundersøkelsen stemmer ikke med loggene.",
    "DEVIATION_REPORTED": "Avviket er ikke meldt Datatilsynet.",
}
_ENTRIES = "SELECT entry_id, coverage_share, lost FROM reconcile__entries ORDER BY entry_id"
_UNMET = "SELECT entry_id, requirement FROM verification__requirements WHERE NOT met ORDER BY entry_id, requirement"


def lacking(connection: duckdb.DuckDBPyConnection, work: WorkFolder) -> dict[str, list[str]]:
    """Canonical municipality number → sentences, from the requirements if they are of this audit, else from coverage.

    Requirements that are older than the reconciliation speak of another day, and are left out.
    """
    entries, requirements = work.table("reconcile__entries"), work.table("verification__requirements")
    found: dict[str, dict[str, list[str]]] = {}
    if not entries.is_file():
        return {}
    if requirements.is_file() and requirements.stat().st_mtime_ns >= entries.stat().st_mtime_ns:
        sql.load(connection, work, ["verification__requirements"])
        for row in sql.rows(connection, _UNMET):
            _add(found, row["entry_id"], _WORDS[row["requirement"]])
    else:
        sql.load(connection, work, ["reconcile__entries"])
        for row in sql.rows(connection, _ENTRIES):
            share = row["coverage_share"] or 0.0
            if share < 1:
                text = f"Loggene dekker {math.floor(share * 100)} % av tiden som må dekkes. Send logger for resten."
                _add(found, row["entry_id"], text)
            if row["lost"]:
                _add(
                    found, row["entry_id"], f"Antall meldinger som ser ut til å være tapt: {row['lost']}. Følg dem opp."
                )
    return {number: [_shown(number, *pair) for pair in texts.items()] for number, texts in found.items()}


def _add(found: dict[str, dict[str, list[str]]], entry_id: str, text: str) -> None:
    found.setdefault(canonical(entry_id[:4]), {}).setdefault(text, []).append(entry_id)


def _shown(number: str, text: str, entries: list[str]) -> str:
    districts = [entry[5:] for entry in entries if len(entry) > 4]
    return f"{text} (bydel {', '.join(districts)})" if districts else text
