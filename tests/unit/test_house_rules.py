"""The rules of the house, held on every file; each rule is shown to fail on a file that breaks it."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
from pathlib import Path

import duckdb
import pytest

from meldingskontroll import sql
from meldingskontroll.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
SQL_FILES = sorted((ROOT / "sql").glob("*/*.sql"))
SQL_TESTS = sorted((ROOT / "tests" / "sql").glob("*/test_*.py"))
LIBRARY = sorted((ROOT / "plugins").rglob("*.py"))
DAGS = sorted((ROOT / "dags").glob("*.py"))
FILLING = {"60_pairs", "70_left_open", "80_open_rows", "90_open_messages"}
"""The only files, of the rounds, that add to or renew the reconciliation's relation of their name."""

_COMMENT_OR_QUOTED = re.compile(r"--[^\n]*|'(?:[^']|'')*'")
_BANNED = {
    "NOT IN": r"\bNOT\s+IN\b",
    "ASOF": r"\bASOF\b",
    "!=": r"!=",
    "<>": r"<>",
    "a template": r"\{\{|\{%|\$\{|%s|%\(",
}
_PLACES = {
    "a registry or index": r"pypi[.]org|pythonhosted[.]org|(?<!no-emit-)index[-_]url|extra[-_]index|trusted[-_]host",
    "a path of one machine": r"/work[/](?:main|shared)|/home[/]\w|/Users[/]\w|/root[/]\w|bash[_]jobs",
}


def name_of(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"


def named_by(file: Path) -> tuple[str, str]:
    """The room and the name that a SQL file and its test share, without the number."""
    return file.parent.name, re.sub(r"^[0-9]+_", "", file.stem.removeprefix("test_"))


def statement(text: str) -> str:
    """The SQL without comments and without quoted text."""
    return _COMMENT_OR_QUOTED.sub(lambda found: "''" if found[0].startswith("'") else "", text)


def opening_faults(text: str) -> list[str]:
    first, _, rest = text.partition("\n")
    faults = [] if re.fullmatch(r"-- [A-Z].*\.", first) else ["does not open with a sentence"]
    faults += ["opens with more than one sentence"] if re.search(r"[.] [A-Z]", first) else []
    return faults + (["opens with more than one line of comment"] if rest.startswith("--") else [])


def banned_in(text: str) -> list[str]:
    return [name for name, pattern in _BANNED.items() if re.search(pattern, statement(text), re.IGNORECASE)]


def creates(text: str, relation: str, *, macro: bool = False) -> bool:
    kind = rf"MACRO {relation}\(" if macro else rf"TABLE {relation}\b"
    return re.search(rf"\A\s*CREATE OR REPLACE {kind}", statement(text)) is not None


def environment_reads(source: str) -> int:
    """How often Python code reads the environment; setting a variable for a child is not reading."""
    tree = ast.parse(source)
    writes = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load)
    }
    names = {"environ", "environb", "getenv", "getenvb"}
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in names]
    imported = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "os"]
    taken = [alias for node in imported for alias in node.names if alias.name in names]
    return len([node for node in found if id(node) not in writes]) + len(taken)


def written_tests(source: str) -> list[ast.FunctionDef]:
    tree = ast.parse(source)
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]


def asserts(code: ast.AST) -> bool:
    expects = {"raises", "fail"}
    nodes = list(ast.walk(code))
    return any(isinstance(node, ast.Assert) for node in nodes) or any(
        isinstance(node, ast.Attribute) and node.attr in expects for node in nodes
    )


def says_nothing(test: ast.FunctionDef, source: str) -> bool:
    """Whether a test looks at nothing: no assert in it or in what it calls beside it, and not a search for an error."""
    searches = any("given" in ast.unparse(decorator) for decorator in test.decorator_list)
    called = {node.func.id for node in ast.walk(test) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    beside = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name in called]
    return not (searches or asserts(test) or any(asserts(helper) for helper in beside))


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def places_in(text: str) -> list[str]:
    return [name for name, pattern in _PLACES.items() if re.search(pattern, text, re.IGNORECASE)]


def test_there_are_files_to_hold_the_rules_on() -> None:
    assert len(SQL_FILES) > 100 and len(LIBRARY) > 50 and len(DAGS) == 6
    assert {file.parent.name for file in SQL_FILES} >= {"macros", "portal", "roster", "reconcile", "verification"}


@pytest.mark.parametrize("file", SQL_FILES, ids=name_of)
def test_a_sql_file_is_one_statement_that_opens_with_one_sentence_and_creates_what_its_name_says(file: Path) -> None:
    text = file.read_text()
    assert opening_faults(text) == []
    assert len(duckdb.extract_statements(text)) == 1
    assert banned_in(text) == []
    assert re.fullmatch(r"[0-9]{2}_[a-z][a-z_]*[.]sql", file.name)
    if file.parent.name == "reconcile_rounds" and file.stem in FILLING:
        assert re.search(rf"\A\s*(?:INSERT INTO|CREATE OR REPLACE TABLE) reconcile__{file.stem[3:]}\b", statement(text))
    elif file.parent.name == "macros":
        assert creates(text, file.stem[3:], macro=True)
    else:
        assert creates(text, sql.relation_of(file))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("SELECT 1", "does not open with a sentence"),
        ("-- each row is a row.\nSELECT 1", "does not open with a sentence"),
        ("-- Each row is a row. It is one.\nSELECT 1", "opens with more than one sentence"),
        ("-- Each row is a row.\n-- And more.\nSELECT 1", "opens with more than one line of comment"),
    ],
)
def test_an_opening_that_is_not_one_sentence_is_seen(text: str, fault: str) -> None:
    assert fault in opening_faults(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SELECT * FROM a WHERE id NOT IN (SELECT id FROM b)", "NOT IN"),
        ("SELECT * FROM a WHERE id not\n in (SELECT id FROM b)", "NOT IN"),
        ("SELECT * FROM a ASOF JOIN b ON a.t >= b.t", "ASOF"),
        ("SELECT * FROM a FULL JOIN b USING (id) WHERE a.x != b.x", "!="),
        ("SELECT * FROM a FULL JOIN b USING (id) WHERE a.x <> b.x", "<>"),
        ("SELECT '{{ as_of }}' FROM {{ relation }}", "a template"),
        ("SELECT * FROM t WHERE at = %s", "a template"),
    ],
)
def test_a_banned_form_is_seen(text: str, found: str) -> None:
    assert banned_in(text) == [found]


def test_a_banned_form_in_a_comment_or_in_text_is_not_a_fault() -> None:
    assert banned_in("-- It is not in use != <>.\nSELECT 'NOT IN', 'ASOF', 'a != b'") == []


def test_a_file_that_creates_another_relation_than_its_name_says_is_seen() -> None:
    assert creates("CREATE OR REPLACE TABLE room__name AS SELECT 1", "room__name")
    assert not creates("CREATE OR REPLACE TABLE room__names AS SELECT 1", "room__name")
    assert not creates("CREATE TABLE room__name AS SELECT 1", "room__name")
    assert not creates("CREATE OR REPLACE VIEW room__name AS SELECT 1", "room__name")


def test_no_two_files_of_a_room_create_the_same_relation() -> None:
    relations = [sql.relation_of(file) for file in SQL_FILES]
    assert len(relations) == len(set(relations))


def test_values_are_bound_and_never_become_part_of_a_statement(tmp_path: Path) -> None:
    file = tmp_path / "room" / "10_echo.sql"
    file.parent.mkdir()
    file.write_text("-- The one row is what was given.\nCREATE OR REPLACE TABLE room__echo AS SELECT $given AS given;")
    hostile = "'; DROP TABLE room__echo; --"
    with sql.connect() as connection:
        sql.run_file(connection, file, {"given": hostile, "surplus": 1})
        assert connection.execute("SELECT given FROM room__echo").fetchall() == [(hostile,)]


def test_a_parameter_that_is_not_given_stops_the_run(tmp_path: Path) -> None:
    file = tmp_path / "10_echo.sql"
    file.write_text("-- The one row is what was given.\nCREATE OR REPLACE TABLE echo AS SELECT $given AS given;")
    with sql.connect() as connection, pytest.raises(KeyError):
        sql.run_file(connection, file, {"other": 1})


def test_every_sql_file_has_a_test_of_the_same_name() -> None:
    written, wanted = {named_by(file) for file in SQL_TESTS}, {named_by(file) for file in SQL_FILES}
    assert sorted(wanted - written) == []


def test_every_sql_test_has_a_file_of_the_same_name() -> None:
    written, wanted = {named_by(file) for file in SQL_TESTS}, {named_by(file) for file in SQL_FILES}
    assert sorted(written - wanted) == []


@pytest.mark.parametrize("file", sorted((ROOT / "tests").rglob("test_*.py")), ids=lambda file: name_of(file))
def test_a_test_module_holds_tests_that_can_fail(file: Path) -> None:
    source = file.read_text()
    found = written_tests(source)
    assert found
    assert [test.name for test in found if says_nothing(test, source)] == []
    assert re.findall(r"mark[.](?:skip|skipif|xfail)\b|pytest[.](?:skip|xfail)[(]", source) == []


def test_a_test_that_asserts_nothing_is_seen() -> None:
    source = """
def helper(): assert True
def idle(): pass
def test_a(): idle()
def test_b(): helper()
def test_c(): assert x == 1
@given(text())
def test_d(text): read(text)
"""
    assert [test.name for test in written_tests(source) if says_nothing(test, source)] == ["test_a"]


@pytest.mark.parametrize("file", LIBRARY, ids=lambda file: str(file.relative_to(ROOT / "plugins")))
def test_a_library_file_has_at_most_300_lines_and_leaves_the_environment_to_the_settings(file: Path) -> None:
    source = file.read_text()
    assert len(source.splitlines()) <= 300
    assert environment_reads(source) == 0 or file.name == "settings.py"


@pytest.mark.parametrize("file", DAGS, ids=lambda file: file.name)
def test_a_dag_file_has_at_most_60_lines_and_leaves_the_environment_to_the_settings(file: Path) -> None:
    source = file.read_text()
    assert len(source.splitlines()) <= 60
    assert environment_reads(source) == 0


@pytest.mark.parametrize(
    "source",
    [
        "import os\nx = os.environ['A']",
        "import os\nx = os.environ.get('A')",
        "import os\nx = os.getenv('A')",
        "from os import environ\nx = environ['A']",
    ],
)
def test_code_that_reads_the_environment_is_seen(source: str) -> None:
    assert environment_reads(source) > 0


def test_setting_a_variable_is_not_reading_the_environment() -> None:
    assert environment_reads("import os\nos.environ['A'] = '1'") == 0


def test_no_tracked_file_names_a_registry_an_index_or_a_path_of_one_machine() -> None:
    files = tracked()
    assert len(files) > 200
    found = {}
    for file in files:
        text = file.read_bytes().decode("utf-8", "ignore")
        if places_in(text):
            found[str(file.relative_to(ROOT))] = places_in(text)
    assert found == {}


@pytest.mark.parametrize("text", ["--index" + "-url=x", "see /home" + "/someone", "https://" + "pypi" + ".org/simple"])
def test_a_registry_an_index_or_a_path_of_one_machine_is_seen(text: str) -> None:
    assert len(places_in(text)) == 1


def test_the_page_of_settings_is_current() -> None:
    script = ROOT / "scripts" / "settings_page.py"
    spec = importlib.util.spec_from_file_location("settings_page", script)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.PAGE.read_text() == module.page(), f"run python {script.relative_to(ROOT)}"


def test_every_setting_is_named_in_the_docs() -> None:
    docs = "\n".join(file.read_text() for file in (ROOT / "docs").rglob("*.md"))
    named = set(re.findall(r"MELDINGSKONTROLL_([A-Z_]+)", docs))
    assert {name.upper() for name in Settings.model_fields} - named == set()
    assert named - {name.upper() for name in Settings.model_fields} == set()
