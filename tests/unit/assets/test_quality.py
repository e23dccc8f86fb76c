"""What a gate says that it found."""

import pandas as pd

from assets.quality import validate


def test_an_example_that_is_missing_is_left_out():
    import great_expectations as gx

    expectation = gx.expectations.ExpectColumnValuesToNotBeNull(
        column="source_record_id", mostly=0.9, notes="ids", meta={"subject": "newest batch"}
    )
    frame = pd.DataFrame({"source_record_id": ["1", float("nan"), float("nan")]})
    [result] = validate("gate", frame, [expectation])
    assert result.observed == "2 of 3 rows against it"
