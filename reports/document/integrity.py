"""Whether a page or a results.json says what was exported; the seals themselves are core.seal's.

A page also ends with the hash of all its bytes before.
"""

from __future__ import annotations

import hashlib

from core.errors import UserError
from core.reviews import chain
from core.seal import SEAL, seal_fits


def unsealed(results: dict, name: str) -> dict:
    """The results without their seal, which must fit where there is one.

    Raises: UserError when the content is not what was sealed, or the chain of reviews is broken.
    """
    if not seal_fits(results):
        raise UserError(f"{name}: altered since it was exported: its content_sha256 does not fit")
    if "reviews" in results and (fault := chain.fault(results["run"], results["reviews"])):
        raise UserError(f"{name}: altered since it was exported: in its reviews, {fault}")
    return {key: value for key, value in results.items() if key not in SEAL}


def closed(page: str) -> str:
    """A page with the hash of its bytes as its last line."""
    digest = hashlib.sha256(page.encode("utf-8")).hexdigest()
    return f"{page}<!-- sha256 of all before: {digest} -->\n"
