from aiokafka import TopicPartition
from hypothesis import given
from hypothesis import strategies as st

from streams.roles import ROLES, SOURCES
from streams.status import KafkaStatus, lag
from streams.topics import ALERTS, DOCUMENTS, TopicNames

NAMES = TopicNames("ns")


def positions(topic, *offsets):
    return {TopicPartition(NAMES.wire(topic), number): offset for number, offset in enumerate(offsets)}


def test_the_lag_of_an_empty_topic_is_zero():
    assert lag(DOCUMENTS, NAMES, {}, positions(DOCUMENTS, 0, 0, 0, 0), positions(DOCUMENTS, 0, 0, 0, 0)) == 0


def test_a_group_that_never_committed_has_the_whole_topic_before_it():
    assert lag(DOCUMENTS, NAMES, {}, positions(DOCUMENTS, 0, 5, 0, 0), positions(DOCUMENTS, 3, 9, 0, 0)) == 7


def test_the_lag_is_the_sum_over_partitions():
    begins, ends = positions(DOCUMENTS, 0, 0, 0, 0), positions(DOCUMENTS, 10, 10, 10, 10)
    assert lag(DOCUMENTS, NAMES, positions(DOCUMENTS, 10, 9, 5, 0), begins, ends) == 0 + 1 + 5 + 10


def test_records_that_retention_removed_are_not_before_anybody():
    assert lag(ALERTS, NAMES, positions(ALERTS, 2), positions(ALERTS, 8), positions(ALERTS, 10)) == 2


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_a_lag_is_never_negative(begin, end, committed):
    assert lag(ALERTS, NAMES, positions(ALERTS, committed), positions(ALERTS, begin), positions(ALERTS, end)) >= 0


def test_every_role_has_a_source():
    assert tuple(SOURCES) == ROLES


def test_offsets_without_a_record_behind_them_are_no_lag():
    """A transactional producer ends each transaction with an offset that no record has."""
    begins, ends = positions(DOCUMENTS, 0, 0, 0, 0), positions(DOCUMENTS, 10, 10, 10, 10)
    committed = positions(DOCUMENTS, 9, 9, 10, 10)
    marker = TopicPartition(NAMES.wire(DOCUMENTS), 0)
    assert lag(DOCUMENTS, NAMES, committed, begins, ends, empty={marker}) == 1


def test_a_roles_lag_is_that_of_all_its_topics_and_unknown_when_one_is_missing():
    status = KafkaStatus({"learn": {"answers": 2, "feedback": 3}, "plan": {"documents": None}}, ())
    assert status.lags == {"learn": 5, "plan": None}
