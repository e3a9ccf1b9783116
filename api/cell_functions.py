"""The functions in Excel cells, as a table."""

import pandas as pd


def functions() -> pd.DataFrame:
    """The functions that can be called in Excel cells.

    Returns
    -------
    DataFrame, shape (function, 4)
        Indexed by ``name``: ``topic``, ``signature`` as Excel shows it, ``returns``, and ``unit``
        of the result. Their arguments and examples are in docs/functions.md.
    """
    from .udfs.functions import FUNCTIONS

    return pd.DataFrame(
        {
            "topic": [one.topic for one in FUNCTIONS],
            "signature": [one.signature for one in FUNCTIONS],
            "returns": [one.does for one in FUNCTIONS],
            "unit": [one.unit for one in FUNCTIONS],
        },
        index=pd.Index([one.name for one in FUNCTIONS], name="name"),
    )
