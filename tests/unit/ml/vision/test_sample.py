"""The frames that stand for all of a camera's."""

from datetime import UTC, datetime, timedelta

from ml.vision.sample import MOST_FRAMES, sample_of


def test_a_sample_is_stable_small_and_shared_by_neighbouring_days():
    start = datetime(2026, 10, 1, tzinfo=UTC)
    captures = [start + number * timedelta(minutes=10) for number in range(15 * 144)]
    first, second = captures[: 14 * 144], captures[144:]
    chosen = {first[position] for position in sample_of(first)}
    following = {second[position] for position in sample_of(second)}
    assert len(chosen) == MOST_FRAMES
    assert chosen == {first[::-1][position] for position in sample_of(first[::-1])}
    assert len(chosen & following) > 0.8 * MOST_FRAMES
    assert len({capture.hour for capture in chosen}) > 18


def test_few_frames_are_all_taken():
    captures = [datetime(2026, 10, 1, hour, tzinfo=UTC) for hour in range(5)]
    assert sample_of(captures) == [0, 1, 2, 3, 4]
