"""Long functions as streams in xlwings Lite, without its browser: what cells show, as JSON."""

import asyncio
import json
import sys
import types

from xlwings import server
from xlwings.pro.object_handles import CONVERTER_KEYS, ObjectCacheConverter

from shorewise.engine.uncertainty.simulation import check_draws
from shorewise.udfs.functions import FUNCTIONS
from shorewise.udfs.register import registered
from tests.support.addin_server import WIDTHS
from tests.support.com_long_calls import DEARER, DRAWS, SITES
from tests.support.office_js_host import request_of
from tests.support.recorded_calls import recorded_calls


def module():
    """The functions as xlwings Lite imports them."""
    one = types.ModuleType("lite")
    for function in FUNCTIONS:
        setattr(one, function.name, registered(function, one.__name__, "lite"))
    return one


async def call(functions, name, arguments, stream=None, task=None):
    """The result of a call, or the task of a stream."""
    filled = [*arguments, *[None] * (WIDTHS[name] - len(arguments))]
    request = request_of(name, filled) | {"task_key": task or f"task {id(stream)}"}
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


async def streamed_of_scenarios(functions):
    """Streams of a scenario cell, by its handle and by its text; of one that changes; of none."""
    [[cell]] = await call(functions, "SHORE_SCENARIO", [SITES])
    [[other]] = await call(functions, "SHORE_SCENARIO", [DEARER])
    handle, changed = (one["properties"]["object_handle_cache_key"] for one in (cell, other))
    handle, changed = handle["basicValue"], changed["basicValue"]
    by_handle, by_text, lost, abandoned, answered = [], [], [], [], []
    asked = [
        (handle, by_handle, None),
        (cell["text"], by_text, None),
        ("00000000-0000-4000-8000-000000000000", lost, None),
        (handle, abandoned, "edited"),
    ]
    tasks = [
        await call(functions, "SHORE_SIMULATE", [scenario, DRAWS], *rest)
        for scenario, *rest in asked
    ]
    await asyncio.sleep(0)
    tasks[-1] = await call(functions, "SHORE_SIMULATE", [changed, DRAWS], answered, "edited")
    await asyncio.gather(*tasks)
    for one in abandoned:
        assert one[0][0].startswith("computing"), abandoned
    return {"scenario": [by_handle, by_text], "changed": [lost, answered]}


if __name__ == "__main__":
    sys.modules.setdefault("pyodide", None)
    ObjectCacheConverter.register(*CONVERTER_KEYS)
    lite = module()
    told = server.custom_functions_meta(lite)["functions"]
    found = asyncio.run(streamed(lite))
    found |= asyncio.run(streamed_of_scenarios(lite))
    found["streaming"] = [one["name"] for one in told if one["options"].get("stream")]
    json.dump(found, sys.stdout)
