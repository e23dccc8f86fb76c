"""Trained models as bytes, and what code they are known by."""

from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor

from ml.packing import digest_of, pack, unpack


def test_a_model_predicts_the_same_when_it_was_packed() -> None:
    rng = np.random.default_rng(1)
    features, targets = rng.random((300, 3)), rng.random(300)
    model = HistGradientBoostingRegressor(max_iter=20).fit(features, targets)
    packed = pack(model)
    np.testing.assert_array_equal(unpack(packed).predict(features), model.predict(features))


def test_the_digest_tells_other_code_other_tables_and_another_library(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text("DEPTH = 3")
    (tmp_path / "words.csv").write_text("word,class")
    (tmp_path / "notes.txt").write_text("not code")
    digest = digest_of(tmp_path)
    (tmp_path / "notes.txt").write_text("other notes")
    assert digest_of(tmp_path) == digest
    assert digest_of(tmp_path, "scikit-learn") != digest
    (tmp_path / "words.csv").write_text("word,class,weight")
    other_table = digest_of(tmp_path)
    (tmp_path / "model.py").write_text("DEPTH = 4")
    assert len({digest, other_table, digest_of(tmp_path)}) == 3
