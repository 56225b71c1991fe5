import numpy as np

from agents.monitors.spherical_clusters import clusters


def on_sphere(points: np.ndarray) -> np.ndarray:
    return np.asarray(points / np.linalg.norm(points, axis=1, keepdims=True), np.float32)


def test_points_that_lie_together_are_one_cluster() -> None:
    chance = np.random.default_rng(1)
    about = np.repeat(np.eye(3, 8), 10, axis=0)
    points = on_sphere(about + 0.1 * chance.normal(size=about.shape))
    which = clusters(points, 3)
    assert [len({*which[start : start + 10]}) for start in (0, 10, 20)] == [1, 1, 1]
    assert len({*which}) == 3
    assert clusters(points, 3) == which


def test_there_are_no_more_clusters_than_points() -> None:
    assert sorted(clusters(on_sphere(np.eye(2, 4)), 4)) == [0, 1]


def test_equal_points_are_one_cluster() -> None:
    assert len({*clusters(on_sphere(np.ones((5, 4))), 3)}) == 1
