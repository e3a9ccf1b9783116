"""What items of quotes are, by the words of the tables and the names of charges."""

import pytest

from shorewise.engine.employment_law import day_of_month, find_location
from shorewise.engine.errors import ScenarioError
from shorewise.engine.ledger import Row
from shorewise.engine.locations import locations
from shorewise.engine.quote_items import (
    ALL,
    KINDS,
    SOCIAL,
    charge_names,
    ended_charges,
    meaning_of,
    plain_words,
    read_mapping,
    topics_of,
)
from shorewise.engine.tables import rows

ISO = sorted({code.partition("-")[0] for code in locations()})


@pytest.mark.parametrize(
    ("country", "item", "kind"),
    [
        ("PL", "Wynagrodzenie brutto", "pay"),
        ("DE", "Bruttogehalt", "pay"),
        ("FR", "Salaire brut", "pay"),
        ("ES", "Salario bruto anual", "pay"),
        ("PL", "Opieka medyczna (Medicover)", "benefits"),
        ("DE", "Private Krankenversicherung", "benefits"),
        ("PL", "Security deposit (1 month salary)", "deposit"),
        ("PL", "VAT 23 % on the management fee", "vat"),
        ("PL", "FX mark-up", "fx"),
        ("DE", "Verwaltungsgebühr", "fee"),
        ("FR", "Frais de gestion", "fee"),
        ("PL", "EOR management fee", "fee"),
        ("PL", "Laptop + software licences", "equipment"),
        ("PL", "Desk in co-working space", "workplace"),
        ("DE", "Gesamtkosten", "total"),
        ("PT", "FCT", "ended"),
        ("HU", "Szakképzési hozzájárulás", "ended"),
        ("PL", "Something else", "not recognised"),
        ("PL", "Severance accrual", "severance"),
        ("PL", "Trzynasta pensja", "extra month"),
        ("US", "Health insurance", "benefits"),
        ("DE", "Lohnsteuer", "withheld"),
        ("PL", "Rezerwa urlopowa", "leave"),
        ("DE", "Kündigungsfrist", "notice"),
    ],
)
def test_words_of_several_languages_say_what_an_item_is(country, item, kind):
    assert meaning_of(item, find_location(country)).kind == kind


@pytest.mark.parametrize(
    ("country", "item", "charges"),
    [
        ("PL", "Składka emerytalna 9,76 %", {"Pension (emerytalna)"}),
        ("PL", "Pension and disability", {"Pension (emerytalna)", "Disability (rentowa)"}),
        ("PL", "Fundusz Pracy", {"Labour Fund"}),
        ("PL", "FGŚP", {"FGSP"}),
        ("DE", "Rentenversicherung AG-Anteil", {"Pension"}),
        ("DE", "Arbeitslosenversicherung", {"Unemployment"}),
        ("ES", "FOGASA", {"Wage guarantee FOGASA"}),
        ("AT", "Kommunalsteuer", {"Municipal tax"}),
        ("BR", "FGTS 8 %", {"FGTS"}),
        ("BR", "Severance accrual", {"FGTS"}),
        ("CR", "Aguinaldo", {"Aguinaldo (one month)"}),
        ("FR", "Mutuelle", {"Complementary health cover per head"}),
        ("CO", "Intereses sobre cesantías", {"Interest on cesantias"}),
        ("US", "FICA", {"Social Security (OASDI)", "Medicare"}),
        ("IE", "National Training Fund", {"Employer PRSI class A"}),
    ],
)
def test_an_item_stands_for_charges_by_their_names_and_topics(country, item, charges):
    assert {*meaning_of(item, find_location(country)).charges} == charges


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("Salary incl. 13th month", "ambiguous: pay, extra month"),
        ("Health and laptop", "ambiguous: equipment, health"),
        ("Health insurance", "names health, which is no charge of Poland in the tables"),
    ],
)
def test_words_that_say_different_things_are_not_guessed(item, words):
    meaning = meaning_of(item, find_location("PL"))
    assert meaning.kind == "not recognised"
    assert words in meaning.words


@pytest.mark.parametrize("code", [*locations()])
def test_each_charge_is_found_by_its_own_name(code):
    location = locations()[code]
    ended = {phrase for one in ended_charges(code[:2]) for phrase in one.phrases}
    for name in charge_names(location):
        if name == "No employer contribution" or plain_words(name) in ended:
            continue
        meaning = meaning_of(name, location)
        assert name in meaning.charges, name


def test_the_table_of_words_names_known_kinds_countries_and_charges():
    topics = {topic for code in locations() for topic in topics_in(code)}
    for row in rows("quote_items.csv"):
        phrase = row["phrase"].removesuffix("*")
        assert phrase == plain_words(phrase)
        assert row["iso"] in ("", *ISO)
        names = [name for name in row["charges"].split(";") if name]
        assert (row["kind"] in ("charges", "collector")) == bool(names), phrase
        if names:
            known = {
                name
                for code in locations()
                if code[:2] == row["iso"]
                for name in charge_names(locations()[code])
            }
            assert {*names} <= known, phrase
        else:
            assert row["kind"] in {*KINDS, SOCIAL, ALL, "solidarity", *topics}, phrase


def topics_in(code):
    return {
        topic for name in charge_names(locations()[code]) for topic in topics_of(name, code[:2])
    }


def test_abolished_charges_have_a_country_months_and_a_dated_source():
    for row in rows("abolished_charges.csv"):
        assert row["iso"] in ISO
        assert row["source"]
        assert row["source_date"]
        end = day_of_month(row["ended"])
        assert not row["suspended_to"] or day_of_month(row["suspended_to"]) > end
        assert all(phrase == plain_words(phrase) for phrase in row["phrases"].split(";"))


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        pytest.param({"name": "a", "kind": "fee"}, "must have the columns item", id="no-item"),
        pytest.param({"item": "a"}, "must have the columns item", id="no-kind"),
        pytest.param({"item": "", "kind": "fee"}, "line 2: item is empty", id="empty"),
        pytest.param({"item": "a", "kind": "fees"}, "kind is 'fees'; it must be", id="kind"),
        pytest.param({"item": "a", "kind": ""}, "fill in kind or charge", id="nothing"),
        pytest.param(
            {"item": "a", "charge": "FGSPP"},
            "charge is 'FGSPP', which Poland does not have; did you mean FGSP?",
            id="charge",
        ),
    ],
)
def test_a_wrong_row_of_what_items_are_gives_one_message(cells, words):
    with pytest.raises(ScenarioError, match=r"^items\.csv: ") as error:
        read_mapping([Row("line 2", cells)], "items.csv", find_location("PL"))
    assert words in str(error.value)


def test_an_item_twice_or_no_row_at_all_is_refused():
    row = {"item": "a", "kind": "fee"}
    with pytest.raises(ScenarioError, match="line 3: 'a' is there twice"):
        read_mapping([Row("line 2", row), Row("line 3", row)], "f.csv", find_location("PL"))
    with pytest.raises(ScenarioError, match="it has no rows"):
        read_mapping([], "f.csv", find_location("PL"))
