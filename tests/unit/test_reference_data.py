"""The shipped tables say what the published sources say, and agree with each other."""

from __future__ import annotations

from datetime import date

import pytest

from meldingskontroll.roster import reference


def test_the_country_has_356_municipalities_until_2024_and_357_after() -> None:
    rows = reference.rows("municipalities.csv")
    assert len(reference.municipalities_of_2023()) == 356
    assert sum(row["gyldig_til"] == "" for row in rows) == 357
    assert len({row["kommunenummer"] for row in rows}) == len(rows)


def test_renumberings_are_one_to_one_and_merged_or_split_municipalities_are_not_among_them() -> None:
    renumbered = reference.renumberings()
    assert set(renumbered.values()) <= set(reference.municipalities_of_2023())
    assert not set(renumbered) & set(reference.municipalities_of_2023())
    assert reference.canonical("0219") == reference.canonical("3201") == reference.canonical("3024") == "3024"
    assert reference.canonical("3301") == "3005"
    for merged_or_split in ("1805", "1580", "1508", "0602", "9999"):
        assert reference.canonical(merged_or_split) == merged_or_split


def test_a_merged_or_split_municipality_is_renumbered_neither_before_nor_after() -> None:
    became: dict[str, set[str]] = {}
    for old, new in reference.successions():
        became.setdefault(old, set()).add(new)
    assert not set(became) & set(reference.renumberings())
    assert set().union(*became.values()) - {"1508", "1580"} <= set(reference.municipalities_of_2023())
    several = {old: new for old, new in became.items() if len(new) > 1}
    assert several == {"5012": {"5055", "5056", "5059"}, "1850": {"1806", "1875"}, "1507": {"1508", "1580"}}
    assert became["0136"] == {"3002"}


def test_a_canonical_number_has_at_most_one_older_and_one_newer_number() -> None:
    rows = reference.rows("renumberings.csv")
    for since in ("2020-01-01", "2024-01-01"):
        numbers = [row["canonical_no"] for row in rows if row["valid_from"] == since]
        assert numbers
        assert len(numbers) == len(set(numbers))


def test_every_municipality_is_served_and_every_member_has_a_service() -> None:
    served = {member.municipality_no for member in reference.service_members()}
    assert served >= set(reference.municipalities_of_2023())
    assert {member.service_id for member in reference.service_members()} == set(reference.service_hosts())


def test_no_place_is_served_by_two_services_at_the_same_time() -> None:
    on = date(2023, 6, 1)
    places = [
        (member.municipality_no, member.district_no)
        for member in reference.service_members()
        if (member.valid_from or on) <= on < (member.valid_to or date.max)
    ]
    assert len(places) == len(set(places))


def test_the_cities_have_their_district_services() -> None:
    services = reference.service_hosts()
    assert {city: sum(host == city for host in services.values()) for city in ("0301", "4601", "5001")} == {
        "0301": 15,
        "4601": 4,
        "5001": 4,
    }
    bergen = [member for member in reference.service_members() if member.municipality_no == "4601"]
    assert sorted(member.district_no for member in bergen) == ["01", "02", "03", "04", "05", "06", "07", "08"]


def test_a_host_hosts_its_members_under_any_of_their_numbers() -> None:
    assert reference.hosted_by("4631") == {"4632", "4633"}
    assert reference.hosted_by("4204", date(2022, 1, 1)) == {"4215", "4216"}
    assert "5419" not in reference.hosted_by("5421", date(2023, 6, 1))
    assert "5419" in reference.hosted_by("5421", date(2023, 10, 1))
    assert reference.hosted_by("3005") == frozenset()


def test_the_survey_table_sums_to_59_stated_of_which_two_are_counted_twice() -> None:
    rows = reference.rows("survey_losses.csv")
    assert len(rows) == 18
    assert sum(int(row["tapte"]) for row in rows) == 59
    assert {service for row in rows for service in row["tjenester"].split("|")} <= set(reference.service_hosts())


def test_every_municipality_has_children_in_every_year_and_national_reports_are_as_published() -> None:
    for year in range(2020, 2024):
        assert all(reference.children()[no, "", year] > 0 for no in reference.municipalities_of_2023())
    published = {int(row["aar"]): int(row["meldinger"]) for row in reference.rows("national_reports.csv")}
    assert published == {2020: 56802, 2021: 53468, 2022: 49778, 2023: 52413}


def test_known_users_are_municipalities_and_names_keep_their_letters() -> None:
    assert {row["kommunenummer"] for row in reference.rows("known_users.csv")} <= set(
        reference.municipalities_of_2023()
    )
    assert reference.municipality_names()["3048"] == "Øvre Eiker"
    assert reference.district_names()["0301", "15"] == "Søndre Nordstrand"


def test_a_table_that_is_not_shipped_is_an_error_and_not_an_empty_answer() -> None:
    with pytest.raises(FileNotFoundError):
        reference.rows("nowhere.csv")
