"""The lists of reports that the city's apps answer, page by page.

Belongs here: the vendor that the apps and the booked progress of cases have in common.
Does not belong here: what a report holds (the app's module), the server (vendors.py).
"""

from collections.abc import Sequence

from sample_city.exchange import Answer, Feed, Host, Question, Trouble, Vendor, told, unknown, within
from sample_city.model import Item


def _pages(items: Sequence[Item], host: Host) -> Feed:
    """Serve a list of reports by the number of the page, from 1; behind the last page all are empty."""
    oldest_first = sorted(items, key=lambda item: item.at)
    size = host.page_size

    def answer(question: Question) -> Answer:
        if question.path != "reports":
            return unknown(question)
        number = int(question.query.get("page", "1"))
        if question.trouble is Trouble.REPEATED_PAGE:
            number -= 1
        reports = [item.body for item in within(oldest_first, question.query, "start", "end")]
        page = reports[(number - 1) * size : number * size]
        return told({"data": [] if question.trouble is Trouble.MISSING_PAGE else page})

    return answer


VENDOR = Vendor(path="reports", feed=_pages)
