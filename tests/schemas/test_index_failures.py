from schemas.failures import PermanentError
from schemas.index_failures import MissingChunksError, named


def test_missing_chunks_are_named_for_programs_and_for_people():
    error = MissingChunksError(["a", "b"])
    assert isinstance(error, PermanentError)
    assert error.chunk_ids == ("a", "b")
    assert str(error) == "not in the index, so they cannot be moved: a, b"


def test_a_long_list_is_cut_and_counted():
    assert named([str(number) for number in range(25)]).endswith("18, 19 and 5 more")
    assert named([str(number) for number in range(20)]).endswith("18, 19")
