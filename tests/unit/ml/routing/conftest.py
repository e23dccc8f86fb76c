"""Routed complaints, invented: what they say is what people write, who and where is made up."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from ml.routing.model import RoutingModel

HEADER = "report_id\tdescription\tlocation\tcategory\tskpd"
ROWS = (
    "XX1\tjalan berlubang di depan toko, sudah ada yang jatuh\tKELURAHAN SERUNI\tJalan\tDINAS BINA MARGA",
    "XX2\taspal rusak parah\\ntolong diperbaiki\tKELURAHAN KEMUNING\tJalan\tSuku Dinas Bina Marga",
    "XX3\tmobil parkir liar menutup jalan\tKELURAHAN SERUNI\tParkir liar\tUnit Pengelola Perparkiran",
    "XX4\tmotor lawan arah tiap pagi\tKELURAHAN KANTIL\tJalan \tDINAS PERHUBUNGAN",
    'XX5\tsampah "numpuk" seminggu\tKELURAHAN KANTIL\tSampah \tKELURAHAN KANTIL',
    "XX6\tPengemis &amp; anak jalanan di simpang\tKELURAHAN KEMUNING\tPMKS\tDinas Sosial",
)


@pytest.fixture(scope="session")
def model() -> RoutingModel:
    """The vocabulary alone."""
    return RoutingModel()


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write rows below a header; the sample's unless told."""

    def write(rows: Sequence[str] = ROWS, header: str = HEADER, name: str = "reports.tsv") -> Path:
        path = tmp_path / name
        path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
        return path

    return write
