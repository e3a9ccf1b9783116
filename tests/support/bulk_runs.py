"""Small tables and runs of them, and what a run leaves."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd

from shorewise.engine import Scenario
from shorewise.workbook.bulk import bulk
from shorewise.workbook.bulk.local_destinations import RECORD

BASE = Scenario.from_dict(
    {
        "name": "Small",
        "horizon_months": 6,
        "sites": [{"name": "Home"}, {"name": "Away"}],
        "plans": [{"name": "Stay", "heads": {"Home": 4}}, {"name": "Go", "heads": {"Away": 4}}],
    },
    "base",
)


def table_of(count, seed=1):
    rng = np.random.default_rng(seed)
    columns = {
        "discount_rate": (0, 0.3),
        "site.Away.salary": (1, 2e5),
        "plan.Go.heads.Away": (1, 9),
    }
    numbers = {
        name: map(repr, rng.uniform(*ends, count).tolist()) for name, ends in columns.items()
    }
    return pd.DataFrame({"scenario": [f"S{n}" for n in range(count)], **numbers})


def run(table, place, *, base=BASE, workbooks=False, size=3, **options):
    return bulk(table, place, base, workbooks=workbooks, partition=size, **options)


def tree(place):
    """Content of every file below a folder, hidden ones too but the record of the others."""
    paths = (path for path in Path(place).rglob("*") if path.is_file() and path.name != RECORD)
    return {str(path.relative_to(place)): path.read_bytes() for path in paths}


def found(place):
    """Content of a folder or a zip, and what stands beside a zip."""
    if place.suffix != ".zip":
        return tree(place)
    beside = [path.name for path in place.parent.iterdir() if place.name in path.name]
    return place.read_bytes(), len(beside)


def lines(place, name="results.csv"):
    with open(Path(place, name), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
