"""Parts of a zip: read, changed, packed again."""

import io
import warnings
import zipfile


def parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(contents, methods=(), repeats=()):
    """A zip of parts; another compression method for some, and some added again."""
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of the second part of a name
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in [*contents.items(), *repeats]:
                archive.writestr(name, content, dict(methods).get(name))
    return buffer.getvalue()


def changed(data, name, change):
    contents = parts(data)
    contents[name] = change(contents[name])
    assert contents != parts(data)
    return packed(contents)
