"""Commands of the macro workbook's ribbon tab and buttons, for the comparison that is open.

The macros call these functions through xlwings. Each reads its yellow cells on sheet Commands,
writes what it did on sheet Answer and in the status bar, and never leaves a traceback.
"""

import contextlib
import importlib.util
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import metadata, version
from pathlib import Path
from typing import Any, NamedTuple

from ..engine.differences.comparison import compare_scenarios
from ..engine.errors import DomainError, ScenarioError, ShorewiseError, require
from ..engine.model import nearest
from ..engine.reshaping import Changes
from ..engine.scenario import Scenario
from ..engine.spare_places import with_usual_spares
from ..engine.uncertainty.simulation import DRAWS
from ..engine.uncertainty.simulation import simulate as draw
from ..workbook import differences, rebuilding, stale_outputs
from ..workbook.command_sheets import (
    ANSWER_SHEET,
    COMMANDS,
    COMMANDS_SHEET,
    FIELDS,
    LAST_ANSWER,
    SHARED,
    label_of,
)
from ..workbook.comparison import compare as write_comparison
from ..workbook.errors import WorkbookError
from ..workbook.macros import SETTINGS
from ..workbook.read_back import read
from .functions import FUNCTIONS
from .reference_page import formula
from .result_tables import (
    Table,
    differences_table,
    differing_cells_table,
    safe,
    simulation_sentences,
    simulation_table,
)
from .starting_points import DEFAULT, starting_point

_MARK = "shorewise_format"  # a defined name that every comparison workbook has
_DRAWS_MIN, _DRAWS_MAX = 64, 1_000_000
_LISTED = 1_000  # cells that differ
_STATUS = 250  # characters that the status bar shows
_PORTS = {f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10)}
_DEVICES = {"CON", "PRN", "AUX", "NUL"} | _PORTS  # names that Windows gives to no file
_SETTING = {"interpreter": "Interpreter_Win", "modules": "UDF Modules"}
NOTHING_LEAVES = (
    "Nothing leaves this computer: no command and no function reaches the network, and none "
    "records what it computes."
)


class Answer(NamedTuple):
    """What a command did, in sentences, a table below them, and the new file to open."""

    sentences: tuple[str, ...]
    table: Table = Table([], [])
    file: Path | None = None


class Form:
    """The yellow cells of sheet Commands, and the workbooks that are open.

    Parameters
    ----------
    caller : xlwings.Book
        The macro workbook.
    given : mapping of str to value
        The cells by the names of their fields; None for an empty one.
    """

    def __init__(self, caller: Any, given: Mapping[str, Any]):
        self.caller, self._given = caller, given

    def text(self, field: str) -> str:
        """The text of a cell; a name that looks like a number is read as one by Excel."""
        value = self._given[field]
        if isinstance(value, float) and value == int(value):
            return str(int(value))
        return "" if value is None else str(value).strip()

    def whole(self, field: str) -> int | None:
        """The whole number of a cell; None for an empty one."""
        value = self._given[field]
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value // 1:
            raise ScenarioError(
                f"{label_of(field)} is {value!r}; it must be a whole number, such as 60"
            )
        return int(value)

    def comparison(self) -> Any:
        """The open comparison workbook of the form's name, or the only one."""
        others = [one for one in self.caller.app.books if one.name != self.caller.name]
        found = [one for one in others if _MARK in one.names]
        return self._one(found, "workbook", "comparison workbook")

    def target(self) -> Any:
        """The open workbook into whose selected cell a function is written."""
        others = [one for one in self.caller.app.books if one.name != self.caller.name]
        seen = [one for one in others if one.api.Windows(1).Visible]  # not the personal macros
        if self.text("into").casefold() == self.caller.name.casefold():
            return self.caller
        return self._one(seen, "into", "workbook")

    def _one(self, found: list[Any], field: str, what: str) -> Any:
        name, names = self.text(field), ", ".join(one.name for one in found)
        if name:
            found = [one for one in found if one.name.casefold() == name.casefold()]
        if len(found) == 1:
            return found[0]
        if not names:
            raise WorkbookError(f"no other {what} is open; open one, and save it")
        if name:
            raise WorkbookError(f"{name}: no open {what}; open are {names}")
        raise WorkbookError(
            f"several are open: {names}; enter the name of one in {label_of(field)}"
        )

    def open_book(self, name: str) -> Any:
        """The open workbook of a name, or None."""
        found = [one for one in self.caller.app.books if one.name.casefold() == name.casefold()]
        return found[0] if found else None

    def new_file(self, field: str, beside: Path | None, default: str = "") -> Path:
        """The path of a file to write, which must not be there yet."""
        name = self.text(field) or default
        if not name:
            raise WorkbookError(f"enter the name of the new file in {label_of(field)}")
        if any(sign in name for sign in "/\\:"):
            raise WorkbookError(f"{name}: must be a file name without a folder, such as New.xlsx")
        if wrong := _not_in_names(name):
            raise WorkbookError(
                f"{name!r}: {wrong}; enter another name, such as New.xlsx, in {label_of(field)}"
            )
        folder = self._folder() or beside or _saved_path(self.caller).parent
        path = folder / name
        if path.exists():
            raise WorkbookError(
                f"{name}: is there already; enter another name in {label_of(field)}"
            )
        return path

    def _folder(self) -> Path | None:
        text = self.text("folder")
        if text and not Path(text).is_dir():
            raise WorkbookError(
                f"{text}: is no folder on this computer; correct {label_of('folder')}"
            )
        return Path(text) if text else None


def new() -> None:
    """Write a new comparison workbook and open it."""
    _run("new", _new)


def rebuild() -> None:
    """Make the comparison workbook again in another shape."""
    _run("rebuild", _rebuild)


def compare() -> None:
    """Write a workbook of what differs from another comparison."""
    _run("compare", _compare)


def check() -> None:
    """Recompute the comparison workbook, and list every cell that differs."""
    _run("check", _check)


def simulate() -> None:
    """List percentiles and probabilities of each plan."""
    _run("simulate", _simulate)


def insert() -> None:
    """Write the example of a function into the selected cell of an open workbook."""
    _run("insert", _insert)


def settings() -> None:
    """Show the settings in force, and change those that are filled in."""
    _run("settings", _settings)


def about() -> None:
    """Show version, licence, and what leaves this computer."""
    _run("about", _about)


def _run(command: str, work: Callable[[Form], Answer]) -> None:
    """Do a command for the workbook whose macro runs, and say what came of it."""
    import xlwings as xw

    caller, label = xw.Book.caller(), COMMANDS[command].label
    caller.app.status_bar = f"{label}: working ..."
    said = _done(caller, command, work)
    with contextlib.suppress(WorkbookError):
        _sheet(caller, COMMANDS_SHEET)[LAST_ANSWER].value = safe(said)
    caller.app.status_bar = f"{label}: {said}"[:_STATUS]


def _done(caller: Any, command: str, work: Callable[[Form], Answer]) -> str:
    """Do a command, write its answer, and return the first sentence of it."""
    try:
        commands, shown = _sheet(caller, COMMANDS_SHEET), _sheet(caller, ANSWER_SHEET)
        names = (*SHARED, *COMMANDS[command].fields)
        answer = work(Form(caller, {name: commands[FIELDS[name]].value for name in names}))
        _show(shown, COMMANDS[command].label, answer)
        shown.activate()
        opened = _opened(caller, answer.file)
    except (ShorewiseError, OSError) as error:
        return f"Nothing was done. {_one_line(error)}"
    except Exception as error:  # whoever runs a macro is told in a sentence, whatever happens
        return f"This failed. {type(error).__name__}: {_one_line(error)}"
    return answer.sentences[0] + opened


def _sheet(caller: Any, title: str) -> Any:
    """A sheet of the macro workbook; WorkbookError if it is not there any more."""
    if title not in [one.name for one in caller.sheets]:
        raise WorkbookError(
            f"{caller.name} has no sheet {title}; write it again with shorewise addin excel"
        )
    return caller.sheets[title]


def _show(sheet: Any, label: str, answer: Answer) -> None:
    """Write an answer in place of the one before."""
    sheet.clear_contents()
    first = 4 + len(answer.sentences)
    sheet.range((1, 1)).value = label
    for row, sentence in enumerate(answer.sentences, 3):
        sheet.range((row, 1)).value = safe(sentence)
    rows, formats = answer.table
    if not rows:
        return
    for row, line in enumerate(formats, first):
        form = line[-1] if line[-1] != "@" else "General"  # text of its own stays a text anyway
        sheet.range((row, 2), (row, len(line))).number_format = form
    sheet.range((first, 1), (first + len(rows) - 1, len(rows[0]))).value = rows


def _new(form: Form) -> Answer:
    path = form.new_file("new_output", None)
    case = starting_point(form.text("preset") or DEFAULT)
    written = write_comparison(with_usual_spares(case), path)
    sentences = (f"Wrote {written}.", f"Started from {case.name}, in {case.currency}.")
    return Answer((*sentences, *_assumed(case)), file=written)


def _rebuild(form: Form) -> Answer:
    book = form.comparison()
    path = _saved(book)
    changes = Changes(
        plans=_added(form.text("plan")),
        sites=_added(form.text("site")),
        roles=_added(form.text("role")),
        months=form.whole("months"),
    )
    if changes == Changes():
        raise ScenarioError(
            "the form asks for no change; fill in a plan, a site, a role or months from "
            f"{label_of('plan')} on"
        )
    output = form.new_file("output", path.parent, f"{path.stem} rebuilt.xlsx")
    done = rebuilding.rebuild(path, output, changes)
    left = (f"Not carried over: {one}." for one in done.left_behind)
    notes = (f"Note: {one}." for one in done.notes)
    sentences = (f"Wrote {done.path}.", *notes, *_assumed(done.scenario), *left)
    return Answer(sentences, file=done.path)


def _compare(form: Form) -> Answer:
    path, name = _saved(form.comparison()), form.text("other")
    if not name:
        raise WorkbookError(f"enter another comparison in {label_of('other')}")
    book = form.open_book(name)
    other = _saved(book) if book else path.parent / name  # an absolute path replaces the folder
    if not other.is_file():
        raise WorkbookError(
            f"{name}: neither an open workbook nor a file; correct {label_of('other')}"
        )
    output = form.new_file("compare_output", path.parent, f"{path.stem} differences.xlsx")
    is_workbook = other.suffix.casefold() in (".xlsx", ".xlsm")
    found = compare_scenarios(read(path), read(other) if is_workbook else Scenario.from_toml(other))
    if found.is_empty:
        return Answer((f"{path.name} and {other.name} do not differ. No file was written.",))
    written = differences.write(found, output)
    inputs = _counted(len(found.inputs), "input")
    sentences = (
        f"{inputs} between A, {path.name}, and B, {other.name}.",
        f"Wrote {written}. Amounts are in {found.currency}.",
        *found.sentences,
    )
    return Answer(sentences, differences_table(found), written)


def _check(form: Form) -> Answer:
    path = _saved(form.comparison())
    found = stale_outputs.check(path)
    if not found:
        return Answer((f"{path.name}: every formula cell agrees with the engine.",))
    more = f" The first {_LISTED:,} are listed." if len(found) > _LISTED else ""
    return Answer(
        (f"{path.name}: {_counted(len(found), 'cell')} from the engine.{more}",),
        differing_cells_table(found[:_LISTED]),
    )


def _simulate(form: Form) -> Answer:
    require("uncertainty", "a simulation")
    path, given = _saved(form.comparison()), form.whole("draws")
    draws = DRAWS if given is None else given
    if not _DRAWS_MIN <= draws <= _DRAWS_MAX:
        raise DomainError(
            f"{label_of('draws')} is {draws:,}; it must be from {_DRAWS_MIN} to {_DRAWS_MAX:,}"
        )
    simulation = draw(read(path), draws)
    return Answer(simulation_sentences(simulation), simulation_table(simulation))


def _insert(form: Form) -> Answer:
    known = {one.name: one for one in FUNCTIONS}
    name = form.text("function").upper()
    if not name:
        raise WorkbookError(f"choose a function in {label_of('function')}")
    if name not in known:
        hint = nearest(name, known) or "; the list beside has all names"
        raise WorkbookError(f"{name[:40]}: no function{hint}")
    book = form.target()
    cell = book.api.Windows(1).ActiveCell
    where = f"{book.name}, {cell.Worksheet.Name}!{cell.Address.replace('$', '')}"
    own = book.name == form.caller.name
    if own and cell.Worksheet.Name in (COMMANDS_SHEET, ANSWER_SHEET, SETTINGS):
        raise WorkbookError(f"{where}: is a sheet of Shorewise; select a cell on one of your own")
    if cell.Formula != "":
        raise WorkbookError(f"{where}: is not empty; select an empty cell with room beside it")
    text = formula(known[name])
    if not own:  # a function of another workbook is called by the workbook's name
        quoted = form.caller.name.replace("'", "''")
        text = f"='{quoted}'!{text[1:]}"
    if form.caller.app.api.Evaluate("SUM(SEQUENCE(2))") == 3:  # a version that spills
        cell.Formula2 = text
    else:
        cell.Formula = text
    parameters = known[name].parameters
    rows = [["Argument", "What it is"], *([one.name, one.help] for one in parameters)]
    return Answer(
        (f"Wrote {text} into {where}.", known[name].does),
        Table(rows, [["@", "@"]] * len(rows)),
    )


def _settings(form: Form) -> Answer:
    from .hosts.xlwings_settings import path_to_python

    sheet = _sheet(form.caller, SETTINGS)
    rows = {sheet.range((row, 1)).value: row for row in range(1, 31)}
    if lost := [name for name in _SETTING.values() if name not in rows]:
        raise WorkbookError(
            f"sheet {SETTINGS} has no row {lost[0]}; write the workbook again with shorewise addin "
            "excel"
        )
    python, modules = form.text("interpreter"), form.text("modules")
    if python and not Path(path_to_python(python)).is_file():
        raise WorkbookError(f"{python}: no such file; correct {label_of('interpreter')}")
    named = [*filter(None, map(str.strip, modules.split(";")))]
    if modules and not named:
        raise WorkbookError(f"{modules}: names no module; correct {label_of('modules')}")
    for module in named:
        if not _is_module(module):
            raise WorkbookError(
                f"{module}: this Python has no such module; correct {label_of('modules')}"
            )
    changed = {name: text for name, text in (("interpreter", python), ("modules", modules)) if text}
    for name, text in changed.items():
        sheet.range((rows[_SETTING[name]], 2)).value = text
    listed = [[name, sheet.range((rows[name], 2)).value] for name in _SETTING.values()]
    listed += [
        ["Python that is running", sys.executable],
        ["Folder of new files", form.text("folder") or "that of the comparison workbook"],
    ]
    said = f"Changed {len(changed)} of them: save this workbook to keep that." if changed else ""
    sentences = (f"The settings in force. {said}".strip(), f"All settings are on sheet {SETTINGS}.")
    cells = [[safe(cell) for cell in row] for row in listed]
    return Answer(sentences, Table(cells, [["@", "@"]] * len(cells)))


def _about(_: Form) -> Answer:
    about_us = metadata("shorewise").json
    licence = about_us.get("license_expression") or about_us["license"]
    return Answer(
        (
            f"Shorewise {version('shorewise')}, licence {licence}.",
            NOTHING_LEAVES,
            f"{len(FUNCTIONS)} functions; Python {sys.version.split()[0]}, xlwings "
            f"{version('xlwings')}.",
        )
    )


def _saved(book: Any) -> Path:
    """The file of an open workbook, which must have all its changes and be on this computer."""
    path = _saved_path(book)
    if not book.api.Saved:
        raise WorkbookError(f"{book.name}: has changes that are not saved; save it first")
    return path


def _saved_path(book: Any) -> Path:
    from xlwings import XlwingsError

    try:
        path = Path(book.fullname)  # of a synchronised folder where xlwings finds it
    except XlwingsError as error:
        message = "is not on this computer; save a copy in a local folder"
        raise WorkbookError(f"{book.name}: {message}") from error
    if not path.is_file():
        raise WorkbookError(f"{book.name}: was never saved; save it first")
    return path


def _not_in_names(name: str) -> str:
    """Why Windows takes a text for no name of a file; "" if it does."""
    if bad := sorted({sign for sign in name if sign in '<>"|?*' or not sign.isprintable()}):
        return f"Windows allows no {bad[0]!r} in the name of a file"
    if name.partition(".")[0].strip().upper() in _DEVICES:
        return "to Windows this is the name of a device"
    return ""


def _added(text: str) -> dict[str, str]:
    """A name to add with what it starts from, as the command line has it; {} for an empty text."""
    name, equals, like = text.rpartition("=")
    if not text:
        return {}
    return {name.strip(): like.strip()} if equals else {text: ""}


def _assumed(case: Scenario) -> tuple[str, ...]:
    return tuple(f"Note: {one}." for one in case.assumed)


def _opened(caller: Any, path: Path | None) -> str:
    """Open a file that was written; a sentence where Excel does not."""
    if path is not None:
        try:
            caller.app.books.open(str(path))
        except Exception:  # it is written, whatever Excel objects to
            return " Excel could not open it; open it yourself."
    return ""


def _counted(number: int, what: str) -> str:
    return f"1 {what} differs" if number == 1 else f"{number:,} {what}s differ"


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())
