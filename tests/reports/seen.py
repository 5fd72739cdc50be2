"""What a reader sees of a page: its words, labels, tables, pictures and the data of its figures.

Neither the sources that made it nor hashes of them: scripts, styles and the policy are left out.
"""

import base64
import json
import re
import struct
import zlib
from html.parser import HTMLParser

_UNSEEN = ("script", "style", "meta", "link", "head")
_PNG = "data:image/png;base64,"
_SEAL = ("content_sha256", "renderer")


class _Reader(HTMLParser):
    """Words, elements and their attributes in order; blocks of JSON by their ids."""

    def __init__(self):
        super().__init__()
        self.shown, self.blocks = [], {}
        self._inside, self._block = None, None

    def handle_starttag(self, tag, attrs):
        self._inside = tag
        if tag == "script":
            self._block = dict(attrs).get("id")
        if tag not in _UNSEEN:
            self.shown.append((tag, tuple((name, _picture(value)) for name, value in attrs)))

    def handle_endtag(self, tag):
        self._inside = None

    def handle_data(self, data):
        if self._inside == "script":
            if self._block is not None:
                self.blocks[self._block] = json.loads(data)
        elif self._inside != "style" and data.strip():
            self.shown.append(" ".join(data.split()))


def _picture(value):
    """A picture as its pixels: other libraries pack them into other bytes."""
    if value is None or not value.startswith(_PNG):
        return value
    raw, at, pixels, head = base64.b64decode(value[len(_PNG) :]), 8, b"", b""
    while at < len(raw):
        (size,) = struct.unpack(">I", raw[at : at + 4])
        kind, body = raw[at + 4 : at + 8], raw[at + 8 : at + 8 + size]
        pixels += body if kind == b"IDAT" else b""
        head += body if kind in (b"IHDR", b"PLTE", b"tRNS") else b""
        at += 12 + size
    return head.hex() + zlib.decompress(pixels).hex()


def seen(page: str) -> dict:
    """What a reader sees of a page.

    Returns: `shown`, words and elements in their order; `drawings`, the data of every figure;
    `carried`, the files that the page can save, without their seals.
    """
    reader = _Reader()
    reader.feed(page)
    blocks = reader.blocks
    results = blocks.pop("results")
    hashes = [results.pop(name) for name in _SEAL]
    return {
        "shown": [_without(hashes, one) for one in reader.shown],
        "drawings": blocks.pop("drawings"),
        "carried": {"results": results, **blocks},
    }


def _without(hashes, shown):
    """Words whose hashes of sources, or beginnings of them, are left out."""
    if isinstance(shown, tuple):
        tag, attributes = shown
        return tag, tuple((k, v if v is None else _without(hashes, v)) for k, v in attributes)
    return re.sub(r"\b[0-9a-f]{8,}", lambda found: _hidden(hashes, found[0]), shown)


def _hidden(hashes, found):
    return "…" if any(whole.startswith(found) for whole in hashes) else found
