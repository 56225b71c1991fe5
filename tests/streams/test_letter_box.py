import pytest

from streams.dead_letters import dead_letter
from streams.letter_box import MOST_IN_A_GROUP, Wanted, in_groups, newest
from streams.records import Outgoing
from tests.streams.samples import record

LETTER = dead_letter(record(b"{"), stage="plan", reason="the value is not JSON: Expecting", error="Malformed")


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted(ids=(LETTER.event_id,)),
        Wanted(ids=("no-such", LETTER.event_id[:6])),
        Wanted(stage="plan"),
        Wanted(reason="NOT json"),
        Wanted(reason="malformed"),
        Wanted(ids=(LETTER.event_id[:6],), stage="plan", reason="json"),
    ],
)
def test_a_letter_matches_what_rules_nothing_of_it_out(wanted):
    assert wanted.matches(LETTER)


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(ids=(LETTER.event_id[1:],)),
        Wanted(stage="index"),
        Wanted(stage="pla"),
        Wanted(reason="not found"),
        Wanted(ids=(LETTER.event_id,), stage="index"),
    ],
)
def test_one_thing_that_differs_is_enough_to_leave_it_out(wanted):
    assert not wanted.matches(LETTER)


async def each(items):
    for item in items:
        yield item


async def test_of_a_list_only_the_newest_are_kept_and_without_their_bytes():
    headers = (("x", b"1"),)
    found = [
        dead_letter(record(b"{", key=b"k", offset=offset, headers=headers), stage="plan", reason="no", error="x")
        for offset in range(5)
    ]
    total, kept = await newest(each(found), 2)
    assert total == 5
    assert [letter.offset for letter in kept] == [4, 3]
    assert {(letter.key, letter.value, letter.headers) for letter in kept} == {(None, None, ())}


async def test_records_go_in_groups_of_bounded_bytes_and_all_of_them_in_order():
    sizes = [3, 3, 5, 1, 20, 1, 0]
    records = [Outgoing("documents", b"k", b"x" * size) for size in sizes]
    groups = [[len(one.value) for one in group] async for group in in_groups(each(records), 6)]
    assert groups == [[3, 3], [5, 1], [20], [1, 0]]


async def test_a_group_has_a_bounded_number_of_records():
    records = [Outgoing("documents", b"k", None)] * (MOST_IN_A_GROUP + 1)
    assert [len(group) async for group in in_groups(each(records), 6)] == [MOST_IN_A_GROUP, 1]
