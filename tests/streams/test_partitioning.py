import pytest
from aiokafka.partitioner import DefaultPartitioner, murmur2
from hypothesis import given
from hypothesis import strategies as st

from streams.partitioning import home_partition


@pytest.mark.parametrize(
    ("key", "hashed"),
    [
        (b"21", -973932308),
        (b"foobar", -790332482),
        (b"a-little-bit-long-string", -985981536),
        (b"a-little-bit-longer-string", -1486304829),
        (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        (b"abc", 479470107),
    ],
)
def test_the_hash_is_the_one_that_kafkas_own_java_client_uses(key, hashed):
    """Vectors of Apache Kafka's `UtilsTest.testMurmur2`; `toPositive` is a mask, not the absolute value."""
    assert murmur2(key) & 0xFFFFFFFF == hashed & 0xFFFFFFFF
    assert home_partition(key, 1_000_003) == (hashed & 0x7FFFFFFF) % 1_000_003


@given(st.binary(max_size=100), st.integers(1, 200))
def test_a_key_is_at_home_where_the_default_partitioner_would_put_it(key, partitions):
    everywhere = list(range(partitions))
    assert home_partition(key, partitions) == DefaultPartitioner()(key, everywhere, everywhere)
