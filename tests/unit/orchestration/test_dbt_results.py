"""What dbt says of its nodes, in the words of a gate."""

from orchestration.dbt_results import results_in


def told(kind: str, status: str) -> dict[str, object]:
    return {"unique_id": f"{kind}.jakarta.{status}", "status": status, "message": "as dbt says it", "failures": None}


def test_only_what_failed_or_is_a_test_is_a_result() -> None:
    nodes = [("exposure", "no-op"), ("model", "success"), ("model", "error"), ("test", "pass"), ("test", "fail")]
    results = results_in({"results": [told(kind, status) for kind, status in nodes]})
    assert [(one.subject, one.passed) for one in results] == [("error", False), ("pass", True), ("fail", False)]
