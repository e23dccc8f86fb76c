"""The ids that the channels give, each in the form of its channel.

Belongs here: numbering the reports of a day.
Does not belong here: the forms (channels/), which reports a day has (complaints.py).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from sample_city.channels.registry import CHANNELS
from sample_city.model import Complaint

_FIRST_DAY = date(2014, 1, 1)


def numbered(planned: Iterable[Complaint], day: date, given: Counter[str]) -> list[Complaint]:
    """Number complaints of one day in the order given.

    Args:
        planned: They have no id yet.
        day: Theirs.
        given: How many each channel, and each desk, has numbered before; added to.
    """
    complaints = []
    for complaint in planned:
        channel = CHANNELS[complaint.channel]
        desk = channel.habits.desk(complaint.kelurahan) if channel.habits.desk else ""
        source = desk or channel.code
        given[source] += 1
        fields = {"day": day, "days": (day - _FIRST_DAY).days, "number": given[source], "desk": desk}
        source_record_id, code = channel.id_form.format(**fields), channel.code_form.format(**fields)
        complaints.append(replace(complaint, source_record_id=source_record_id, source_code=code))
    return complaints
