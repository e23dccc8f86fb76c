"""The nine receiving classes and which agency's name means which.

Belongs here: names of classes and agencies. Does not belong here: which words point to them (vocabulary.csv).
"""

import re
from enum import StrEnum


class ReceivingClass(StrEnum):
    """Who receives a complaint, as published work on a city's complaints counts it; codes of the SKPD seed."""

    BINA_MARGA = "dinas_bina_marga"
    PERHUBUNGAN = "dinas_perhubungan"
    SATPOL_PP = "satpol_pp"
    KELURAHAN = "kelurahan"
    PERTAMANAN = "dinas_pertamanan_dan_hutan_kota"
    SUMBER_DAYA_AIR = "dinas_sumber_daya_air"
    BUMD = "badan_pembinaan_bumd"
    CITATA = "dinas_citata"
    OTHER = "other"


CLASSES = tuple(ReceivingClass)

# In this order: units roll up to the agency above them, whose name theirs may contain.
_NAMES = (
    (r"bina ?marga", ReceivingClass.BINA_MARGA),
    (r"perhubungan|dishub|perparkiran|pengendalian lalu lintas", ReceivingClass.PERHUBUNGAN),
    (r"pamong praja|satpol|pol pp", ReceivingClass.SATPOL_PP),
    (r"pertamanan|hutan kota|distamhut", ReceivingClass.PERTAMANAN),
    (r"sumber daya air|tata air", ReceivingClass.SUMBER_DAYA_AIR),
    (r"bumd|badan usaha milik daerah|pasar jaya|pam jaya|transportasi jakarta|transjakarta", ReceivingClass.BUMD),
    (r"\bmrt\b|\blrt\b|jakpro|jakarta propertindo", ReceivingClass.BUMD),
    (r"cipta karya|citata|tata ruang|penataan kota", ReceivingClass.CITATA),
    (r"^(kantor )?(kelurahan|lurah)\b", ReceivingClass.KELURAHAN),
)
_PATTERNS = tuple((re.compile(pattern), receiving) for pattern, receiving in _NAMES)


def class_of_agency(name: str) -> ReceivingClass:
    """Roll an agency's name, or the code of a class, up to its receiving class; an agency of none is `other`.

    >>> class_of_agency("SUKU DINAS BINA  MARGA").value, class_of_agency("Unit Pengelola Perparkiran").value
    ('dinas_bina_marga', 'dinas_perhubungan')
    >>> class_of_agency("Dinas Sosial").value
    'other'
    """
    plain = " ".join(re.findall(r"[a-z]+", name.casefold()))
    return next((receiving for pattern, receiving in _PATTERNS if pattern.search(plain)), ReceivingClass.OTHER)
