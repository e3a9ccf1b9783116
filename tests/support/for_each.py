"""Many short checks as one test: to hand each to a process took longer than to run it."""

import inspect
from collections.abc import Callable, Iterable
from typing import Any

Test = Callable[..., None]


def for_each(names: str | tuple[str, ...], cases: Iterable[Any], ids: Any = str) -> Any:
    """Run a test with every case, and name all that failed: takes what ``parametrize`` takes.

    For checks of milliseconds, without a fixture that each case needs for itself.
    """
    parameters = tuple(names.split(",")) if isinstance(names, str) else names
    rows = [*cases]
    called = [*map(ids, rows)] if callable(ids) else [*ids]
    assert 0 < len(rows) == len(called)

    def decorated(test: Test) -> Test:
        def run(**fixtures: Any) -> None:
            failed = {}
            for name, row in zip(called, rows, strict=True):
                if hasattr(row, "marks"):  # of pytest.param
                    name, row = row.id or name, row.values if len(parameters) > 1 else row.values[0]
                values = row if len(parameters) > 1 else (row,)
                try:
                    test(**dict(zip(parameters, values, strict=True)), **fixtures)
                except Exception as error:
                    error.add_note(f"for {name}")
                    failed[name] = error
            if failed:
                what = f"{len(failed)} of {len(rows)} failed: {', '.join([*failed][:50])}"
                raise ExceptionGroup(what, [*failed.values()][:10])

        asked = inspect.signature(test)
        left = [one for name, one in asked.parameters.items() if name not in parameters]
        run.__dict__.update(test.__dict__)  # marks
        run.__name__, run.__doc__, run.__module__ = test.__name__, test.__doc__, test.__module__
        run.__signature__ = asked.replace(parameters=left)  # type: ignore[attr-defined]
        return run

    return decorated
