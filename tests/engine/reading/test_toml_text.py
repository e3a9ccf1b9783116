"""Scenario and theme files from strangers: one short line, soon, whatever they hold."""

import random
import re
import time

import pytest
import tomli_w

from shorewise.engine import Scenario
from shorewise.engine.errors import DomainError, ScenarioError, ShorewiseError, one_line
from shorewise.workbook import Theme, WorkbookError
from tests.support.paths import ROOT

GOOD = "name = 'A'\n[[sites]]\nname = 'Home'\n[[plans]]\nname = 'Stay'\nheads.Home = 4\n"
# What other readers of TOML take long for, or stumble over; and a part of what is said of it.
HOSTILE = {
    "decimal-digits": ("discount_rate = " + "9" * 5_000, "more than 400 characters"),
    "hexadecimal-digits": ("discount_rate = 0x" + "f" * 100_000, "more than 400 characters"),
    "long-in-a-list": (f"roles = [0b{'1' * 50_000}]", "more than 400 characters"),
    "nested-arrays": ("a = " + "[" * 100_000, "brackets more than 20 deep"),
    "nested-tables": ("a = " + "{ a = " * 100_000, "brackets more than 20 deep"),
    "dotted-key": ("a" + ".a" * 100_000 + " = 1", "more than 20 names joined by dots"),
    "dotted-header": ("[a" + ".'a'" * 100_000 + "]", "more than 20 names joined by dots"),
    "spaced-dots": ("a" + " . a" * 100_000 + " = 1", "more than 20 names joined by dots"),
    "many-dotted-keys": ("a.b.c.d.e.f.g.h = 1\n" * 200_000, "more than 200,000 keys"),
    "many-tables": ("[[a]]\n" * 200_000, "more than 200,000 keys"),
    "many-lines": ("#\n" * 4_000_000, "more than 200,000 keys"),
    "many-numbers": ("a = [" + "1," * 3_000_000 + "]", "more than 200,000 keys"),
    "long-text": ("name = '" + "n" * 8_000_000 + "'", "more than 10,000 characters"),
    "long-escapes": ('name = "' + r"\n" * 4_000_000 + '"', "more than 10,000 characters"),
    "open-text": ('name = """' + '""\\' * 2_000_000, "more than 10,000 characters"),
    "long-bare-key": ("k" * 100_000 + " = 1", "more than 400 characters"),
    "quoted-key": ("'" + "k" * 9_000 + "' = 1", "unknown key 'kkk"),
    "100,000-roles": (f"roles = {[f'r{n}' for n in range(100_000)]}", "at most 40"),
    "10,000-sites": ("[[sites]]\n" * 10_000, "10001 sites; there may be at most 40"),
}  # fmt: skip


def refused(read, path, kind):
    started = time.process_time()
    with pytest.raises(kind) as caught:
        read(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert len(message) <= 300
    assert message.isprintable()
    assert time.process_time() - started < 10  # each takes well below 1 s, the worst once 54 s
    return message


@pytest.mark.parametrize(("text", "part"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_scenario_file_is_refused_quickly_in_one_short_line(tmp_path, text, part):
    path = tmp_path / "hostile.toml"
    path.write_text(f"{text}\n{GOOD}")
    assert part in refused(Scenario.from_toml, path, ScenarioError)


@pytest.mark.parametrize("text", ["a = " + "[" * 50_000, "a" + ".a" * 40_000, "a = " + "9" * 5_000])
def test_a_hostile_theme_is_refused_quickly_in_one_short_line(tmp_path, text):
    path = tmp_path / "hostile.toml"
    path.write_text(text)
    assert "no theme needs that" in refused(Theme.from_toml, path, WorkbookError)


def test_dots_and_brackets_in_texts_and_comments_do_not_count_as_nesting(tmp_path):
    path = tmp_path / "good.toml"
    note = "[" * 300 + "." * 300 + "9" * 500
    path.write_text(
        f"# {note}\nprepared_by = '.[.[.[.[.[.[.[.[.[.[.[.[.[.[.[.[.[.[.[.[.[.[.['\n{GOOD}"
    )
    assert Scenario.from_toml(path).name == "A"


def test_the_largest_scenario_survives_being_written_and_read(tmp_path):
    roles, sites = [f"role {n}" for n in range(40)], [f"site {n}" for n in range(40)]
    heads = {site: dict.fromkeys(roles, 1.5) for site in sites}
    scenario = Scenario.from_dict(
        {
            "roles": roles,
            "sites": [{"name": site} for site in sites],
            "plans": [{"name": "Stay", "heads": {sites[0]: heads[sites[0]]}}]
            + [{"name": f"plan {n}", "heads": heads} for n in range(9)],
        },
        "largest",
    )
    path = tmp_path / "largest.toml"
    path.write_text(tomli_w.dumps(scenario.to_dict()))
    assert Scenario.from_toml(path).fingerprint() == scenario.fingerprint()


def mutated(text, rng):
    """A file with up to four random faults."""
    for _ in range(rng.randint(1, 4)):
        at, many = rng.randrange(len(text) + 1), rng.choice([1, 10, 1_000, 50_000])
        lines = text.split("\n")
        numbers = [*re.finditer(r"[0-9]+(\.[0-9]+)?", text)]
        kind = rng.randrange(8)
        if kind == 0:
            text = text[:at] + text[at + rng.randint(1, 30) :]
        elif kind == 1:
            text = (
                text[:at]
                + rng.choice(["[", "{a=", ".a", "9", "0xf", "'", '"""']) * many
                + text[at:]
            )
        elif kind == 2:
            text = (
                text[:at]
                + chr(rng.choice([0, 9, 10, 13, 34, 92, 233, 0x202E, 0x1F600]))
                + text[at:]
            )
        elif kind == 3:
            text += "\n" + rng.choice(["[[sites]]\n", "[[plans]]\n", "x = 1\n", "x"]) * many
        elif kind == 4:
            lines.insert(rng.randrange(len(lines)), rng.choice(lines))
            text = "\n".join(lines)
        elif kind == 5 and numbers:
            found = rng.choice(numbers)
            strange = ["nan", "inf", "-1", "1e999", "'x'", "true", "[1]", "{a = 1}", "2020-01-01",
                       f"0x{'f' * 398}", f"'{'y' * 9_000}'", "48.0", "1_0", "'8%'"]  # fmt: skip
            text = text[: found.start()] + rng.choice(strange) + text[found.end() :]
        elif kind == 6:
            text = text.replace(rng.choice(["Krakow", "name", "heads", "Calibri"]), "k" * many, 1)
        else:
            text = "roles = [" + ",".join(f"'r{n}'" for n in range(many)) + "]\n" + text
    return text


@pytest.mark.soak
@pytest.mark.parametrize(
    ("file", "read"), [("hybrid", Scenario.from_toml), ("theme", Theme.from_toml)]
)
def test_three_hundred_mutated_files_are_read_or_refused_in_one_short_line(tmp_path, file, read):
    rng, path = random.Random(20_261_128), tmp_path / "mutated.toml"
    text = (ROOT / "examples" / f"{file}.toml").read_text()
    started, refusals = time.process_time(), 0
    for _ in range(300):
        path.write_text(mutated(text, rng), errors="replace")
        try:
            read(path)
        except ShorewiseError as error:
            refusals += 1
            message = str(error)
            assert len(message) <= 300
            assert message.isprintable()
            assert message.startswith(f"{path}: ")
    assert refusals > 150
    assert time.process_time() - started < 60  # some 3 s


def test_a_long_message_keeps_its_beginning_and_its_end():
    message = str(DomainError("file.toml: " + "long\n" * 1_000 + "; it must be short"))
    assert len(message) == 300
    assert message.startswith("file.toml: long\\nlong")
    assert message.endswith("; it must be short")
    assert one_line("as it is") == "as it is"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("heads.Bogotá = 4  # Andes", 'the key Bogotá needs quotes: write heads."Bogotá" = 4;'),
        ("heads.Новосибирск = 4", 'write heads."Новосибирск" = 4;'),
        ("Łódź = 4", 'write "Łódź" = 4;'),
        ("heads.São Paulo = 4", 'the key São Paulo needs quotes: write heads."São Paulo" = 4;'),
        ("heads = { New York = 4 }", 'write heads = { "New York" = 4 };'),
        ("heads = { 'A B' = 1, É = 4 }", "write heads = { 'A B' = 1, \"É\" = 4 };"),
        ("[sites.Kraków]", 'write [sites."Kraków"];'),
        ("[[sites.Été]]", 'write [[sites."Été"]];'),
        ("[plans.heads.New York]", 'write [plans.heads."New York"];'),
        ("heads.“Bogotá” = 4", 'needs straight quotes: write heads."Bogotá" = 4;'),
        ("Bogotá = 4", "without quotes a key has only letters from a to z, digits, - and _"),
        ("note = Krakow", 'a text needs quotes: write note = "Krakow"'),
        ("note = “Kraków”", 'a text needs straight quotes: write note = "Kraków"'),
        ('note = "Krak', "a text is not closed by the quote with which it begins"),
        ("note: 4", "a key and its value are joined by =: write note = 4"),
        ("heads = { Krakow: 4 }", "a key and its value are joined by ="),
        ("note =", "the value of note is missing"),
        ("note = 8%", "note is 8%, which is no number: write 0.08"),
        ("note = 60,000", "note is 60,000, which is no number: write 60000"),
        ("note = 2027-01", 'a month is a text in quotes: write note = "2027-01"'),
        ("note = 4 // 5", "Expected newline or end of document after a statement"),
    ],
)
def test_a_mistake_in_a_line_is_said_with_its_number_and_what_to_write(tmp_path, line, said):
    path = tmp_path / "mistake.toml"
    path.write_text(f"{GOOD}\n{line}\n", "utf-8")
    found = refused(Scenario.from_toml, path, ScenarioError)
    assert " (at line 8" in found
    assert said in found.replace(" (at line 8)", "")


@pytest.mark.parametrize("after", ["", "\ncurrency = 'EUR'\n"], ids=["at-the-end", "before-others"])
def test_the_message_about_a_key_that_is_there_twice_names_it(tmp_path, after):
    path = tmp_path / "twice.toml"
    path.write_text(f"name = 'A'\ndecision = 'add'\ndecision = 'replace'{after}", "utf-8")
    said = refused(Scenario.from_toml, path, ScenarioError)
    assert "the key decision is there twice: keep one of them" in said
