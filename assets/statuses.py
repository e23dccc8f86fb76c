"""The statuses of a case and the three sets they form.

Belongs here: the vocabulary, and how a channel's spelling of it is read.
Does not belong here: deadlines (sla_rules.csv), colours (case_statuses.csv).
"""

from enum import StrEnum


class CaseStatus(StrEnum):
    """Where a case stands."""

    MENUNGGU = "menunggu"
    KOORDINASI = "koordinasi"
    DISPOSISI = "disposisi"
    PROSES = "proses"
    ESTIMASI_WAKTU_SELESAI = "estimasi_waktu_selesai"
    MENUNGGU_VERIFIKASI = "menunggu_verifikasi"
    SELESAI = "selesai"
    DITOLAK = "ditolak"


OPEN = frozenset({CaseStatus.MENUNGGU, CaseStatus.KOORDINASI, CaseStatus.DISPOSISI})
IN_WORK = frozenset({CaseStatus.PROSES, CaseStatus.ESTIMASI_WAKTU_SELESAI, CaseStatus.MENUNGGU_VERIFIKASI})
CLOSED = frozenset({CaseStatus.SELESAI, CaseStatus.DITOLAK})

_ABBREVIATIONS = {
    "ews": CaseStatus.ESTIMASI_WAKTU_SELESAI,
    "estimasi_waktu_selesai_(ews)": CaseStatus.ESTIMASI_WAKTU_SELESAI,
}


class UnknownStatusError(ValueError):
    """A status that the city does not have."""


def status_named(name: str) -> CaseStatus:
    """Read a status by the name that agencies write.

    Raises:
        UnknownStatusError: A name that is none of the eight.

    >>> status_named("Estimasi waktu selesai (EWS)"), status_named(" PROSES ")
    (<CaseStatus.ESTIMASI_WAKTU_SELESAI: 'estimasi_waktu_selesai'>, <CaseStatus.PROSES: 'proses'>)
    """
    spelling = "_".join(name.casefold().split())
    try:
        return _ABBREVIATIONS.get(spelling) or CaseStatus(spelling)
    except ValueError as error:
        raise UnknownStatusError(f"expected one of {', '.join(CaseStatus)}") from error
