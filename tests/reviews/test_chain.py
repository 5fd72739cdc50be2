"""A chain of records shows what was altered, moved, inserted or removed; a copy shows the rest."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.reviews import chain, entries, reading

CONTENT, OTHER = "a" * 64, "b" * 64
RUN = "r-aaaaaa"


def made(*said, run=RUN):
    """The exported chain of these entries."""
    records = []
    for entry in said:
        reading.check(entry, run, records)
        records.append(chain.chained(entry, run, records, 1_700_000_000 + len(records)))
    return chain.exported(run, records)


@pytest.fixture
def reviews():
    return made(
        entries.comment("Ada", "verdicts", "Why T = 20?"),
        entries.reply("Bob", 1, "It is the paper's."),
        entries.sign_off("Ada", "security", "approved", "", CONTENT, "r1"),
        entries.sign_off("Eve", "product", "rejected", "too slow", CONTENT, "r1"),
    )


def test_an_untouched_chain_has_no_fault_and_an_empty_one_ends_in_the_run(reviews):
    assert chain.fault(RUN, reviews) == ""
    assert chain.exported(RUN, []) == {"length": 0, "head": RUN, "records": []}
    assert chain.fault(RUN, chain.exported(RUN, [])) == ""


def test_a_chain_belongs_to_its_run(reviews):
    assert "record 1" in chain.fault("r-bbbbbb", reviews)


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("field", ["author", "time", "identity"])
def test_an_altered_record_is_named(reviews, place, field):
    reviews["records"][place][field] += "x"
    assert f"record {place + 1} was altered" in chain.fault(RUN, reviews)


@given(
    place=st.integers(0, 3), act=st.sampled_from(["remove", "swap", "repeat"]), fit=st.booleans()
)
def test_a_removed_moved_or_repeated_record_breaks_the_chain(place, act, fit):
    reviews = copy.deepcopy(
        made(*(entries.comment("Ada", "checks", f"number {n}") for n in range(4)))
    )
    records = reviews["records"]
    if act == "remove":
        del records[place]
    elif act == "swap":
        records[place], records[place - 1] = records[place - 1], records[place]
    else:
        records.insert(place, records[place])
    if fit:  # whoever did it also mended what stands beside
        reviews |= {"length": len(records), "head": records[-1]["sha256"]}
        if act == "remove" and place == 3:  # cut at the end: whole in itself, see below
            assert chain.fault(RUN, reviews) == ""
            return
    assert chain.fault(RUN, reviews)


def test_a_dropped_last_record_shows_by_the_length_and_by_an_earlier_copy(reviews):
    short = {**reviews, "records": reviews["records"][:-1]}
    assert "missing at the end" in chain.fault(RUN, short)
    short = chain.exported(RUN, short["records"])
    assert chain.fault(RUN, short) == ""
    assert chain.departure(reviews, short) == (4, 1)
    assert chain.departure(short, reviews) is None


def test_a_chain_made_anew_shows_only_against_an_earlier_copy(reviews):
    forged = made(
        entries.comment("Ada", "verdicts", "Fine!"),
        *(
            {
                k: v
                for k, v in r.items()
                if k not in ("number", "time", "identity", "previous", "sha256")
            }
            for r in reviews["records"][1:]
        ),
    )
    assert chain.fault(RUN, forged) == ""
    assert chain.departure(reviews, forged) == (1, 0)


def test_a_sign_off_of_other_content_is_stale_and_the_last_word_of_a_signer_counts(reviews):
    later = entries.sign_off("Eve", "product", "approved", "", OTHER, "r1")
    records = [*reviews["records"], chain.chained(later, RUN, reviews["records"], 0)]
    ada, eve, again = reading.signatures(records, OTHER)
    assert (ada.stale, ada.counts) == (True, False)
    assert (eve.replaced_by, eve.counts) == (5, False)
    assert again.counts
    assert [s.counts for s in reading.signatures(records, CONTENT)] == [True, False, False]


def test_a_thread_is_settled_by_the_last_that_settled_or_reopened_it(reviews):
    records = reviews["records"]
    assert not reading.threads(records)[0].resolved
    records.append(chain.chained(entries.resolve("Ada", 1), RUN, records, 0))
    thread = reading.threads(records)[0]
    assert thread.resolved
    assert [r["text"] for r in thread.replies] == ["It is the paper's."]
    with pytest.raises(UserError, match="resolved already"):
        reading.check(entries.resolve("Bob", 1), RUN, records)
    records.append(chain.chained(entries.reopen("Bob", 1), RUN, records, 0))
    assert not reading.threads(records)[0].resolved
    with pytest.raises(UserError, match="open already"):
        reading.check(entries.reopen("Bob", 1), RUN, records)


@pytest.mark.parametrize("about", [0, 2, 3, 9])
def test_only_a_comment_can_be_answered(reviews, about):
    with pytest.raises(UserError, match="is no comment"):
        reading.check(entries.reply("Bob", about, "hm"), RUN, reviews["records"])


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "no text"),
        (" \n", "no text"),
        ("a\0b", "null byte"),
        ("a\x1b[31mb", r"U\+001B"),
        ("a\ud800b", r"U\+D800"),
        ("x" * 10_000, "10,000"),
    ],
)
def test_what_is_no_text_is_refused_in_words(text, named):
    for make in (
        lambda: entries.comment("Ada", "checks", text),
        lambda: entries.reply("Ada", 1, text),
        lambda: entries.sign_off("Ada", "author", "rejected", text or "\0", CONTENT, "r"),
    ):
        with pytest.raises(UserError) as refused:
            make()
        assert "\n" not in str(refused.value)
    with pytest.raises(UserError, match=named):
        entries.comment("Ada", "checks", text)


@pytest.mark.parametrize("name", ["", " ", "a\nb", "evil\u202egnp", "a\0", "x" * 200])
def test_a_name_is_one_line_of_what_can_be_seen(name):
    with pytest.raises(UserError, match="name"):
        entries.resolve(name, 1)


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "\"'&", "\u202eabc", "ünï\nкод 試"])
def test_other_text_is_kept_as_it_was_typed(text):
    assert entries.comment("Ada", "checks", text)["text"] == text


def test_a_refusal_says_what_is_allowed():
    with pytest.raises(UserError, match="author, ML reviewer, security, product"):
        entries.sign_off("Ada", "king", "approved", "", CONTENT, "r")
    with pytest.raises(UserError, match="approved, changes requested, rejected"):
        entries.sign_off("Ada", "author", "ok", "", CONTENT, "r")
    with pytest.raises(UserError, match="note that says why"):
        entries.sign_off("Ada", "author", "rejected", " ", CONTENT, "r")
    with pytest.raises(UserError, match="64 hexadecimal"):
        entries.publish("Ada", "short", "r")
    with pytest.raises(UserError, match="a section has an id"):
        entries.comment("Ada", "<b>", "x")
