"""Whose later word replaces whose: the same name in the same role, and nobody else's."""

import pytest

from core.reviews import chain, entries, reading

CONTENT = "a" * 64
RUN = "r-aaaaaa"


def signed(*signers):
    """The sign-offs of these (name, role, verdict), read again."""
    records = []
    for n, (name, role, verdict) in enumerate(signers):
        said = entries.sign_off(name, role, verdict, "why", CONTENT, "r1")
        records.append(chain.chained(said, RUN, records, 1_700_000_000 + n))
    return reading.signatures(records, CONTENT)


@pytest.mark.parametrize(
    ("later", "replaced"),
    [
        (("Ada", "security"), True),
        (("Ada", "product"), False),
        (("Bob", "security"), False),
        (("ada", "security"), False),
    ],
)
@pytest.mark.parametrize("verdict", ["approved", "rejected"])
def test_a_sign_off_is_replaced_by_the_same_name_in_the_same_role_alone(later, replaced, verdict):
    first, second = signed(("Ada", "security", "rejected"), (*later, verdict))
    assert first.replaced_by == (2 if replaced else None)
    assert first.counts is not replaced
    assert second.counts


def test_one_person_signs_in_two_roles_and_each_has_a_last_word():
    found = signed(
        ("Ada", "security", "rejected"),
        ("Ada", "product", "approved"),
        ("Ada", "security", "approved"),
        ("Ada", "security", "rejected"),
    )
    assert [one.replaced_by for one in found] == [3, None, 4, None]
    assert [one.record["number"] for one in found if one.counts] == [2, 4]
