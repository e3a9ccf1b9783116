"""Long functions as streams in xlwings Lite, without its browser: what cells show, as JSON."""

import asyncio
import json
import sys
import types

import xlwings
from xlwings import server

from shorewise.engine.uncertainty.simulation import check_draws
from shorewise.udfs.functions import FUNCTIONS
from shorewise.udfs.register import registered
from tests.support.addin_server import WIDTHS
from tests.support.com_long_calls import SITES
from tests.support.office_js_host import rows
from tests.support.recorded_calls import recorded_calls

DRAWS = 20_000


def module():
    """The functions as xlwings Lite imports them."""
    one = types.ModuleType("lite")
    for function in FUNCTIONS:
        setattr(one, function.name, registered(function, one.__name__, "lite"))
    return one


async def call(functions, name, arguments, stream=None):
    """The result of a call, or the task of a stream."""
    filled = [*arguments, *[None] * (WIDTHS[name] - len(arguments))]
    request = {
        "func_name": name,
        "args": [rows(argument) for argument in filled],
        "version": xlwings.__version__,
        "client": "Office.js",
        "content_language": "en-US",
        "date_format": None,
        "caller_address": None,
        "culture_info_name": "en-US",
        "runtime": "1.4",
        "task_key": f"task {id(stream)}",
    }
    with_stream = {"streaming_callback": stream.append} if stream is not None else {}
    return await server.custom_functions_call(request, functions, **with_stream)


async def streamed(functions):
    """Two equal streams at once, and a small call meanwhile."""
    streams = [], []
    with recorded_calls(check_draws) as begun:
        tasks = [
            await call(functions, "SHORE_SIMULATE", [SITES, None, None, DRAWS], stream)
            for stream in streams
        ]
        await asyncio.sleep(0)
        meanwhile = await call(functions, "SHORE_TRAVEL_COST", [6])
        assert not any(task.done() for task in tasks)
        await asyncio.gather(*tasks)
    return {"streams": streams, "meanwhile": meanwhile, "begun": len(begun)}


if __name__ == "__main__":
    sys.modules.setdefault("pyodide", None)
    lite = module()
    told = server.custom_functions_meta(lite)["functions"]
    found = asyncio.run(streamed(lite))
    found["streaming"] = [one["name"] for one in told if one["options"].get("stream")]
    json.dump(found, sys.stdout)
