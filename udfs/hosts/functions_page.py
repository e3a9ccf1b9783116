"""The page of functions that Excel opens as help: a section for each, as HTML without scripts."""

import functools
import itertools
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from ..calling import Function, call
from ..functions import FUNCTIONS
from ..reference_page import formula, shown

_ROWS, _COLUMNS = 12, 6  # shown of a result
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "code{font-size:.95em}table{border-collapse:collapse;display:block;overflow-x:auto}"
    "td,th{border:1px solid #ccd5de;padding:.25rem .5rem;text-align:left;vertical-align:top}"
    "section{margin:2.5rem 0}section:target{background:#f3f6f9}h3{overflow-wrap:anywhere}"
)


@functools.cache
def functions_page() -> str:
    """The whole page, whose sections are named by :attr:`~..calling.Function.anchor`."""
    topics = itertools.groupby(FUNCTIONS, lambda one: one.topic)
    body = "".join(
        f"<h2>{escape(topic)}</h2>{''.join(map(_section, functions))}"
        for topic, functions in topics
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Functions of Shorewise</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style><h1>Functions of Shorewise</h1>{body}</html>\n"
    )


def _section(function: Function) -> str:
    return "".join(
        (
            f'<section id="{escape(function.anchor)}">',
            f"<h3><code>{escape(function.signature)}</code></h3>",
            f"<p>{escape(function.does)} Unit: {escape(function.unit)}.</p>",
            _table(_arguments(function)) if function.parameters else "",
            *_example(function),
            "</section>\n",
        )
    )


def _arguments(function: Function) -> Iterator[list[str]]:
    yield ["argument", "what it is", "unit", "allowed", "if omitted"]
    for one in function.parameters:
        yield [one.name, one.label, one.unit, one.allowed, one.omission]


def _example(function: Function) -> Iterator[str]:
    result = call(function, *function.example)
    typed = f"<code>{escape(formula(function))}</code>"
    if not isinstance(result, list):
        yield f"<p>{typed} gives {escape(shown(result))}</p>"
        return
    yield f"<p>{typed} spills</p>"
    cut = [row[:_COLUMNS] + ["..."] * (len(row) > _COLUMNS) for row in result[:_ROWS]]
    yield _table([[shown(cell) for cell in row] for row in cut])
    if len(result) > _ROWS:
        yield f"<p>and {len(result) - _ROWS} more rows.</p>"


def _table(rows: Iterable[list[Any]]) -> str:
    head, *others = rows
    lines = ["".join(f"<th>{escape(cell)}</th>" for cell in head)]
    lines += ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in others]
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"
