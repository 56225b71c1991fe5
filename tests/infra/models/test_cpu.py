import os

import pytest

from infra.models import cpu
from infra.models.cpu import cpu_quota, has_vnni


@pytest.fixture(autouse=True)
def eight_processors(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)


@pytest.mark.parametrize(
    ("flags", "expected"),
    [("fma avx2", False), ("avx512f avx512_vnni", True), ("avx2 avx_vnni", True), ("", False)],
)
def test_vnni_is_read_from_the_processors_flags(tmp_path, flags, expected):
    info = tmp_path / "cpuinfo"
    info.write_text(f"processor : 0\nflags : fpu {flags}\n")
    assert has_vnni(info) is expected


def test_where_nothing_can_be_read_there_is_no_vnni(tmp_path):
    assert not has_vnni(tmp_path / "none")


@pytest.mark.parametrize(
    ("line", "expected"),
    [("max 100000", 8), ("200000 100000", 2), ("150000 100000", 2), ("20000 100000", 1), ("1600000 100000", 8)],
)
def test_the_quota_of_control_groups_v2_is_kept(tmp_path, line, expected):
    """FAILURES 39."""
    (tmp_path / "cpu.max").write_text(f"{line}\n")
    assert cpu_quota(tmp_path) == expected


@pytest.mark.parametrize(("quota", "expected"), [("-1", 8), ("300000", 3), ("5000", 1)])
def test_the_quota_of_control_groups_v1_is_kept(tmp_path, quota, expected):
    """FAILURES 39."""
    folder = tmp_path / "cpu"
    folder.mkdir()
    (folder / "cpu.cfs_quota_us").write_text(f"{quota}\n")
    (folder / "cpu.cfs_period_us").write_text("100000\n")
    assert cpu_quota(tmp_path) == expected


@pytest.mark.parametrize("content", [None, "", "nonsense", "a b"])
def test_without_a_readable_quota_the_affinity_counts(tmp_path, content):
    if content is not None:
        (tmp_path / "cpu.max").write_text(content)
    assert cpu_quota(tmp_path) == 8


def test_without_affinity_every_processor_counts(monkeypatch, tmp_path):
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(cpu.os, "cpu_count", lambda: 5)
    assert cpu_quota(tmp_path) == 5
