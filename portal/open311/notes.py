"""What an answer says in words: the state of a report, and its place.

Belongs here: those words. Does not belong here: the words of pages (portal/templates).
"""

from assets.city import city

# As triage names what a returned report lacks.
LACKS = {"reporter": "nama pelapor", "place": "tempat", "problem": "masalahnya"}


def notes(state: str, *, is_late: bool | None, is_duplicate: bool | None, is_relapse: bool | None) -> str:
    """The state of a report and what else is to be known of it.

    >>> notes("Koordinasi", is_late=True, is_duplicate=False, is_relapse=None)
    'Koordinasi. Melewati batas waktu.'
    """
    sentences = [
        state,
        *(["Melewati batas waktu"] if is_late else []),
        *(["Sama dengan laporan yang sudah ada"] if is_duplicate else []),
        *(["Muncul lagi setelah selesai"] if is_relapse else []),
    ]
    return " ".join(f"{sentence}." for sentence in sentences)


def address(kelurahan: str | None, kecamatan: str | None, kota: str | None = None) -> str:
    """The place from the smallest area that is told to the city.

    >>> address("Gambir", "Gambir", "Kota Pusat").removesuffix(city().long_name)
    'Kelurahan Gambir, Kecamatan Gambir, Kota Pusat, '
    >>> address(None, None) == city().long_name
    True
    """
    areas = (kelurahan and f"Kelurahan {kelurahan}", kecamatan and f"Kecamatan {kecamatan}", kota, city().long_name)
    return ", ".join(area for area in areas if area)
