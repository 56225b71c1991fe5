import threading

import pytest

from infra.local.files import held, lock_taken, write_whole


def test_a_file_is_there_whole_with_its_permissions_and_nothing_else_is_left(tmp_path):
    path = tmp_path / "new" / "state.json"
    write_whole(path, "é", mode=0o600)
    write_whole(path, "second", mode=0o600)
    assert path.read_text() == "second"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_when_writing_fails_the_old_file_stays_and_no_half_one_is_left(tmp_path):
    path = tmp_path / "state.json"
    write_whole(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "\ud800")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_lock_is_taken_once_and_free_again_when_its_holder_closes_it(tmp_path):
    path = tmp_path / "lock"
    with path.open("a") as first, path.open("a") as second:
        assert lock_taken(first)
        assert not lock_taken(second)
        first.close()
        assert lock_taken(second)


def test_those_who_want_a_held_lock_wait_for_it(tmp_path):
    path = tmp_path / "folder" / "lock"
    order = []

    def second():
        with held(path):
            order.append("second")

    with held(path):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.05)
        order.append("first")
    thread.join(5)
    assert order == ["first", "second"]
