"""What the reporter reads of a decision: short, polite, Indonesian, and nothing personal.

Belongs here: the sentences. Does not belong here: the decision (complete.py, again.py).
"""

from collections.abc import Sequence

from assets.complaints.model import Missing

ASKED_FOR = {
    Missing.REPORTER: "nama Anda",
    Missing.PLACE: "lokasi kejadian (alamat, kelurahan, atau kecamatan)",
    Missing.PROBLEM: "penjelasan singkat masalahnya",
}
REPEATED = "Laporan Anda dengan isi yang sama sudah kami terima dan sedang ditangani."
ELSEWHERE = "Tempat dalam laporan ini di luar wilayah kami; mohon laporkan kepada pemerintah daerahnya."
NAMED_ELSEWHERE = "Tempat yang Anda sebut tampaknya di luar wilayah kami."
LINKED = "Laporan ini dihubungkan dengan laporan serupa di tempat yang sama."
RELAPSED = "Laporan ini dihubungkan dengan laporan sebelumnya yang sudah selesai di tempat yang sama."


def request_for(missing: Sequence[Missing]) -> str:
    """Ask the reporter for what is missing.

    >>> request_for([Missing.REPORTER, Missing.PROBLEM])
    'Terima kasih atas laporan Anda. Mohon lengkapi nama Anda dan penjelasan singkat masalahnya.'
    """
    asked = [ASKED_FOR[what] for what in missing]
    listed = asked[0] if len(asked) == 1 else f"{', '.join(asked[:-1])} dan {asked[-1]}"
    return f"Terima kasih atas laporan Anda. Mohon lengkapi {listed}."
