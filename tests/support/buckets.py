"""An S3 bucket on a server of this machine."""

import contextlib
from collections.abc import Iterator
from urllib.request import Request, urlopen

import pytest


@contextlib.contextmanager
def local_bucket() -> Iterator[str]:
    """URL of a bucket, which fsspec finds by the environment."""
    from moto.server import ThreadedMotoServer
    from s3fs import S3FileSystem

    S3FileSystem.clear_instance_cache()  # fsspec keeps the address of a server before
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    with urlopen(Request(f"{address}/moto-api/reset", method="POST")):
        pass  # servers of one process share their buckets
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", address)
        patch.setenv("AWS_ACCESS_KEY_ID", "tester")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield "s3://reports"
    server.stop()
