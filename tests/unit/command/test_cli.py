"""The command as a stranger meets it: help, evaluation of files, errors in words."""

import json
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console
from typer.testing import CliRunner

from command.cli import app
from command.evaluate import _forecast_table

runner = CliRunner()


@pytest.mark.parametrize(
    "verb",
    [
        [],
        ["run"],
        ["ui"],
        ["up"],
        ["down"],
        ["status"],
        ["backup"],
        ["restore"],
        ["key"],
        ["key", "make"],
        ["key", "list"],
        ["key", "revoke"],
        ["evaluate"],
        ["evaluate", "forecast"],
        ["evaluate", "vision"],
        ["evaluate", "routing"],
        ["bench"],
        ["bench", "code-location"],
        ["bench", "forecast"],
    ],
    ids=lambda words: " ".join(words) or "jsc",
)
def test_every_verb_explains_itself(verb: list[str]) -> None:
    result = runner.invoke(app, [*verb, "--help"])
    assert result.exit_code == 0
    assert len(result.output.split()) > 15


def test_evaluate_forecast_writes_the_scores_of_the_model_beside_its_baselines(tmp_path: Path) -> None:
    hours = pd.date_range("2026-01-05", periods=8 * 168, freq="h")
    value = (hours.hour.to_numpy() - 12.0) ** 2 + hours.day_of_week.to_numpy()
    panel, out = tmp_path / "panel.csv", tmp_path / "out.json"
    pd.DataFrame({"area_id": "a", "hour_start": hours, "value": value}).to_csv(panel, index=False)
    result = runner.invoke(app, ["evaluate", "forecast", "--panel", str(panel), "--windows", "2", "--json", str(out)])
    assert result.exit_code == 0, result.output
    figures = json.loads(out.read_text())
    assert set(figures) == {"model", "same_hour_last_week", "four_week_median"}
    measures = {"mae", "mase", "wape", "jam_f1", "quantile_loss", "coverage", "brier", "jam_overlap"}
    assert all(set(scores) == measures for scores in figures.values())
    assert figures["four_week_median"]["mae"] == 0
    assert (figures["four_week_median"]["coverage"], figures["four_week_median"]["jam_overlap"]) == (None, 1.0)


def test_the_table_of_forecasts_is_readable_in_a_hundred_columns() -> None:
    measures = ("mae", "mase", "wape", "jam_f1", "quantile_loss", "coverage", "brier", "jam_overlap")
    figures = {name: dict.fromkeys(measures, 0.0123456) for name in ("model", "same_hour_last_week")}
    figures["same_hour_last_week"]["coverage"] = None
    narrow = Console(width=100, record=True, file=StringIO())
    narrow.print(_forecast_table("20 windows of 168 hours, retrained at each cut-off", figures))
    [row] = [line for line in narrow.export_text().splitlines() if "same hour last week" in line]
    assert row.replace("│", " ").split() == (
        ["same", "hour", "last", "week", "0.01235", "0.012", "0.012", "0.012", "0.01235", "-", "0.012", "0.012"]
    )


def test_evaluate_forecast_says_what_a_panel_needs(tmp_path: Path) -> None:
    panel = tmp_path / "panel.csv"
    panel.write_text("zone,hour,value\n1,2,3\n")
    result = runner.invoke(app, ["evaluate", "forecast", "--panel", str(panel)])
    assert result.exit_code != 0
    assert "area_id" in result.output


def test_evaluate_vision_reads_a_folder_of_real_snapshots(real: Path, tmp_path: Path) -> None:
    out, observations = tmp_path / "out.json", tmp_path / "observations.csv"
    frames = real / "cctv" / "faulty"
    words = ["evaluate", "vision", "--frames", str(frames), "--json", str(out), "--out", str(observations)]
    result = runner.invoke(app, words)
    assert result.exit_code == 0, result.output
    figures = json.loads(out.read_text())
    assert figures["frames"] == 6
    assert sum(figures["status_counts"].values()) == 6
    assert figures["status_counts"]["not_an_image"] == 2
    assert len(pd.read_csv(observations)) == 6


def test_an_empty_folder_of_frames_is_named(tmp_path: Path) -> None:
    result = runner.invoke(app, ["evaluate", "vision", "--frames", str(tmp_path)])
    assert result.exit_code != 0
    assert "Traceback" not in result.output


def test_evaluate_routing_reads_real_reports_without_training(real: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    reports = real / "complaints" / "crm" / "reports.tsv"
    result = runner.invoke(app, ["evaluate", "routing", "--reports", str(reports), "--json", str(out)])
    assert result.exit_code == 0, result.output
    figures = json.loads(out.read_text())
    assert figures["accuracy"] >= 0.72
    assert {"accuracy", "macro_f1", "top3", "coverage"} <= set(figures)
