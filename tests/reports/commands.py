"""What tests of exports do to a run, by the command line where there is a command for it."""

import pytest

from core import seal
from reports import __main__ as command
from reports.files import source


def call(*arguments):
    """The exit code of the command line."""
    with pytest.raises(SystemExit) as ended:
        command.main([str(a) for a in arguments])
    return ended.value.code or 0


def render(run, path):
    assert call("render", run, "-o", path) == 0
    return path


def content(run):
    """The hash of what a run of the ledger says now."""
    return seal.content_sha256(source.load(run)[0].as_json())


def sign(run, by="Ada", role="security", *more):
    assert call("sign", run, "--by", by, "--as", role, "--verdict", "approved", *more) == 0
