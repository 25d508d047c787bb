"""The synthetic nation is what it says: seeded, whole, shaped like the published figures, and with a known truth."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from meldingskontroll.domain import AuditInputError
from meldingskontroll.simulation.nation import simulate

PERSONAL = "familialogg_med_merknad.csv"


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("nation")
    simulate(out, seed=7)
    return out


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("small")
    simulate(out, seed=7, scenario="small")
    return out


def table(path: Path, delimiter: str = ";") -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=delimiter))


def fingerprint(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_equal_arguments_give_equal_bytes_and_another_seed_others(tmp_path: Path, small: Path) -> None:
    simulate(tmp_path / "again", seed=7, scenario="small")
    simulate(tmp_path / "other", seed=8, scenario="small")
    assert fingerprint(tmp_path / "again") == fingerprint(small)
    assert fingerprint(tmp_path / "other") != fingerprint(small)


def test_simulating_again_over_a_larger_nation_leaves_nothing_of_it(tmp_path: Path, small: Path) -> None:
    simulate(tmp_path / "work", seed=3, municipalities=20, scenario="small")
    simulate(tmp_path / "work", seed=7, scenario="small")
    assert fingerprint(tmp_path / "work") == fingerprint(small)


def test_a_folder_with_other_files_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(AuditInputError, match="empty folder"):
        simulate(tmp_path, seed=1, municipalities=1)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(("municipalities", "scenario"), [(0, "nation"), (357, "nation"), (1, "nowhere")])
def test_impossible_arguments_are_refused_before_anything_is_written(
    tmp_path: Path, municipalities: int, scenario: str
) -> None:
    with pytest.raises(AuditInputError):
        simulate(tmp_path / "work", seed=1, municipalities=municipalities, scenario=scenario)
    assert not (tmp_path / "work").exists()


def test_the_portal_total_is_the_number_of_unique_ids(nation: Path, small: Path) -> None:
    for folder in (nation, small):
        ids = [row["bekymringsmeldingId"] for row in table(folder / "portal/messages.csv", ",")]
        manifest = json.loads((folder / "portal/manifest.json").read_text())
        assert len(ids) == len(set(ids)) == manifest["totaltAntallTreff"] > 0


def test_the_nation_has_356_municipalities_of_which_244_use_familia(nation: Path) -> None:
    rows = table(nation / "registry/case_systems.csv")
    assert len({row["kommunenummer"] for row in rows}) == 356
    familia = {row["kommunenummer"] for row in rows if row["fagsystem"] == "VISMA_FAMILIA"}
    assert len(familia) == 244
    assert {"0301", "4601", "4204", "5421"} <= familia
    assert not {"3024", "5001"} & familia
    assert {row["kilde"] for row in rows} == {"syntetisk"}
    assert sum(row["fagsystem"] == "UKJENT" for row in rows) == 2


def test_volumes_follow_the_published_national_figures(nation: Path) -> None:
    rows = table(nation / "portal/messages.csv", ",")
    by_year = {year: sum(row["innsendt"].startswith(year) for row in rows) for year in ("2020", "2021", "2022", "2023")}
    assert by_year["2021"] == pytest.approx(53468, abs=20)
    assert by_year["2022"] == pytest.approx(49778, abs=20)
    assert 145_000 < len(rows) < 155_000


def test_57_losses_are_planted_as_the_published_table_says(nation: Path) -> None:
    losses = table(nation / "truth/losses.csv")
    by_place = {
        no: sum(row["municipality_no"] == no for row in losses) for no in ("4601", "0301", "3048", "3025", "1108")
    }
    assert len(losses) == 57
    assert by_place == {"4601": 24, "0301": 3, "3048": 3, "3025": 2, "1108": 2}
    assert sum(row["municipality_no"] in {"4204", "4215", "4216"} for row in losses) == 12
    assert sorted(row["district_no"] for row in losses if row["municipality_no"] == "0301") == ["12", "15", "15"]


def test_a_lost_message_was_acknowledged_and_is_in_no_log(nation: Path) -> None:
    lost = {row["message_id"] for row in table(nation / "truth/losses.csv")}
    messages = {row["bekymringsmeldingId"]: row for row in table(nation / "portal/messages.csv", ",")}
    assert all(messages[one]["bekreftet"] and messages[one]["kanal"] != "PRINT" for one in lost)
    for log in nation.glob("drop/*/inbox/*"):
        text = log.read_bytes()
        assert not any(one.encode() in text for one in lost)


def test_print_fallbacks_have_their_events_and_no_acknowledgement(nation: Path) -> None:
    printed = [row for row in table(nation / "portal/messages.csv", ",") if row["kanal"] == "PRINT"]
    to_print = {
        row["bekymringsmeldingId"] for row in table(nation / "portal/history.csv", ",") if row["state"] == "SENDT_PRINT"
    }
    assert len(printed) > 100
    assert {row["bekymringsmeldingId"] for row in printed} == to_print
    assert not any(row["bekreftet"] for row in printed)


def test_the_survey_has_the_published_counts(nation: Path) -> None:
    rows = table(nation / "survey/responses.csv")
    answers = [row for row in rows if row["rolle"] != "barnevernsvakt"]
    assert (len(rows), len(answers)) == (169, 166)

    def systems(name: str, integrated: str) -> int:
        pairs = [zip(row["fagsystem"].split("|"), row["integrert"].split("|"), strict=True) for row in answers]
        return sum((name, integrated) in pair for pair in map(list, pairs))

    def count(column: str, value: str) -> int:
        return sum(value in row[column].split("|") for row in answers)

    assert (systems("VISMA_FAMILIA", "ja"), systems("VISMA_FAMILIA", "nei")) == (113, 45)
    assert (systems("VISMA_FLYT_BARNEVERN", "ja"), systems("VISMA_FLYT_BARNEVERN", "nei")) == (13, 12)
    assert (systems("DIPS_BARNEVERN", "ja"), systems("DIPS_BARNEVERN", "nei")) == (2, 5)
    assert (systems("NETCOMPANY_MODULUS_BARN", "ja"), systems("NETCOMPANY_MODULUS_BARN", "nei")) == (2, 1)
    assert [count("mangler_meldinger", v) for v in ("ja_kjent", "ja_ukjent", "nei", "vet_ikke")] == [18, 0, 146, 1]
    assert [count("endrer_rutiner", v) for v in ("ja", "nei", "vet_ikke")] == [45, 69, 51]
    assert [count("melder_avvik", v) for v in ("ja", "nei", "vet_ikke")] == [20, 131, 14]
    told = ("direkte_personer", "ikke_noe", "direkte_tjenester", "lokal_media", "andre_måter")
    assert [count("informert", v) for v in told] == [14, 28, 36, 82, 83]
    assert sum(row["mangler_annet"] != "" for row in answers) == 6
    assert sum(int(row["antall_meldinger"] or 0) for row in answers) == 59


def test_every_oddity_is_in_the_small_nation_and_its_truth_names_it(small: Path) -> None:
    truth = json.loads((small / "truth/nation.json").read_text())
    odd = {what for entry in truth["entries"] for what in entry.get("upload", {}).get("oddities", [])}
    assert odd == {
        *("no_folder", "empty_inbox", "undeclared", "gap", "truncated", "stale", "late", "overlap"),
        *("rows_gone", "personal_data", "garbage", "importer"),
    }
    for entry in truth["entries"]:
        if "no_folder" in entry.get("upload", {}).get("oddities", []):
            assert not (small / "drop" / entry["upload"]["folder"]).exists()


def longest_silence(nation: Path, entry: dict[str, Any]) -> int:
    """How many consecutive messages of a municipality with ids its one log lacks, those by time apart."""
    recipients = {
        row["bydelRessursId"]
        for row in table(nation / "portal/recipients.csv")
        if row["kommunenummer"] == entry["entry_id"]
    }
    (log,) = (nation / "drop" / entry["upload"]["folder"] / "inbox").glob("familialogg*.csv")
    registered = log.read_text(encoding="utf-8")
    since = next(line for line in registered.splitlines() if "periode_fra" in line).split(": ")[1]
    longest = silent = 0
    for row in table(nation / "portal/messages.csv", ","):
        if row["bydelRessursId"] in recipients and row["innsendt"] >= since and row["kanal"] != "PRINT":
            silent = 0 if row["bekymringsmeldingId"] in registered else silent + 1
            longest = max(longest, silent)
    return longest


def test_a_gap_and_a_truncated_log_hide_enough_messages_to_be_seen(nation: Path) -> None:
    entries = json.loads((nation / "truth/nation.json").read_text())["entries"]
    for oddity, least in (("gap", 8), ("truncated", 8)):
        odd = [
            entry
            for entry in entries
            if oddity in entry.get("upload", {}).get("oddities", []) and entry["upload"]["with_ids"]
        ]
        beside = [entry for entry in odd if not list((nation / "drop").glob(f"{entry['entry_id']}/inbox/*.json"))]
        assert beside
        assert all(longest_silence(nation, entry) >= least for entry in beside)


def test_the_truth_adds_up_for_every_entry(nation: Path) -> None:
    truth = json.loads((nation / "truth/nation.json").read_text())
    assert len(truth["entries"]) >= 244
    for entry in truth["entries"]:
        assert entry["sent"] == sum(entry[fate] for fate in truth["fates"])
    assert sum(entry["lost"] for entry in truth["entries"]) == len(table(nation / "truth/losses.csv"))


def test_what_is_made_up_says_so(small: Path) -> None:
    assert "syntetisk" in (small / "SYNTETISK.txt").read_text(encoding="utf-8")
    assert "oppdiktet" in (small / "truth/README.md").read_text(encoding="utf-8")
    assert all("yntetisk" in row["fritekst"] for row in table(small / "survey/responses.csv"))


def test_the_only_national_id_numbers_are_of_the_synthetic_series(small: Path) -> None:
    found = list(small.glob(f"drop/*/inbox/{PERSONAL}"))
    assert len(found) == 1
    number = found[0].read_text(encoding="utf-8").strip().rsplit(";", 1)[1]
    assert len(number) == 11
    assert 81 <= int(number[2:4]) <= 92


@pytest.mark.parametrize("municipalities", [1, 3])
def test_a_nation_of_few_municipalities_is_whole(tmp_path: Path, municipalities: int) -> None:
    simulate(tmp_path, seed=1, municipalities=municipalities)
    rows = table(tmp_path / "registry/case_systems.csv")
    familia = {row["kommunenummer"] for row in rows if row["fagsystem"] == "VISMA_FAMILIA"}
    assert len(familia) == municipalities
    assert table(tmp_path / "truth/losses.csv")
    assert {path.name for path in tmp_path.iterdir()} >= {"registry", "portal", "drop", "survey", "followup", "truth"}
