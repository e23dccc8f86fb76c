"""What is told of a case, in plain Indonesian; of news to a telephone, no more than one SMS holds.

Belongs here: the sentences, and what each visibility lets them say. Does not belong here: how a message ends
(assets/complaints/outbox/address.py).

A public report is told with its matter and place where they fit, a private one without, a confidential one by its
status alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from assets.cases.news.timeline import CaseReport, News
from assets.complaints.model import Visibility
from assets.complaints.outbox.address import MAIL, SMS, PublicAddress
from assets.complaints.outbox.answers import MessageKind
from assets.complaints.outbox.texts import NEWS_LETTERS, brief_day, fitting
from assets.reference import CityReference
from assets.statuses import CaseStatus

# Numbers that a mail to an agency lists; the desk shows all.
MOST_LISTED = 200
# Letters of what an officer wrote; the number's page shows all.
MOST_SAID = 500
# The ways that have room for it, and that nobody else reads.
ROOMY = frozenset({MAIL, "whatsapp"})


@dataclass(frozen=True)
class Vocabulary:
    """What sentences name: the city's agencies, categories and places, and where the portal stands."""

    reference: CityReference
    address: PublicAddress

    def news(self, report: CaseReport, news: News, visibility: Visibility, way: str) -> str:
        """What is told of an event.

        Args:
            report: Of whose number it is told.
            news: The event.
            visibility: What may be told.
            way: By which it goes.
        """
        event, most = news.event, NEWS_LETTERS if way == SMS else None
        named = self._named(report, visibility)
        holder = self.reference.skpd[event.holder_code].name
        end = {
            MessageKind.CLOSING: self._objection(report.number), MessageKind.QUESTION: self._answer(report.number),
        }.get(news.kind, "")  # fmt: skip
        said = _said(event.said) if way in ROOMY and visibility is not Visibility.CONFIDENTIAL else ""
        if visibility is Visibility.CONFIDENTIAL:
            told = [f"kini {status_name(event.status)}."]
            if news.kind is MessageKind.QUESTION:
                # The number's page tells nothing of it, and takes no answer: the officer asks in another way.
                told, end = [f"{told[0]} Petugas menunggu jawaban Anda dan akan menghubungi Anda."], ""
        elif news.kind is MessageKind.CLOSING:
            told = [f"{_closed(event.status)} menurut {holder}.{said}", f"{_closed(event.status)}."]
        elif news.kind is MessageKind.QUESTION:
            told = [f"{holder} menunggu jawaban Anda.{said}", "petugas menunggu jawaban Anda."]
        elif news.kind is MessageKind.PROMISE and event.promised_at is not None:
            told = [f"{holder} menjanjikan selesai {brief_day(event.promised_at)}."]
        else:
            told = [f"sejak {brief_day(event.occurred_at)} ditangani {holder}.", f"kini ditangani {holder}."]
        return fitting(*_joined(named, told, end), *_joined(named, told), most=most)

    def silence(
        self, report: CaseReport, status: CaseStatus, holder: str, since: datetime, visibility: Visibility, way: str
    ) -> str:
        """What is told where nothing was heard of a case for longer than its rule.

        Args:
            report: Of whose number it is told.
            status: Of the case.
            holder: Code of the agency that was reminded.
            since: When something was heard last.
            visibility: What may be told.
            way: By which it goes.
        """
        if visibility is Visibility.CONFIDENTIAL:
            told = [f"masih {status_name(status)}. Pemegangnya sudah kami ingatkan."]
        else:
            heard = f"belum ada perkembangan sejak {brief_day(since)}."
            told = [
                f"{heard} {self.reference.skpd[holder].name} sudah kami ingatkan.",
                f"{heard} Pemegangnya sudah kami ingatkan.",
            ]
        return fitting(*_joined(self._named(report, visibility), told), most=NEWS_LETTERS if way == SMS else None)

    def confirmation(self, number: str | None, kelurahan_code: str | None) -> str:
        """What somebody is asked whose contact was given for news."""
        if number is not None:
            return f"Kabar laporan {number} diminta untuk kontak ini."
        return f"Kabar Kelurahan {self.kelurahan(kelurahan_code)} diminta untuk kontak ini."

    def digest(self, kelurahan_code: str, new: tuple[int, datetime], closed: tuple[int, datetime]) -> str:
        """What followers of a kelurahan are told: counts of public cases, none of which is too small.

        Args:
            kelurahan_code: Which.
            new: Cases that were reported, and since when they are counted; 0 is not told.
            closed: Cases that were closed, likewise.
        """
        counts = ", ".join(
            f"{count} kasus {what} sejak {brief_day(since)}"
            for what, (count, since) in (("baru", new), ("ditutup", closed))
            if count
        )
        return f"Kabar Kelurahan {self.kelurahan(kelurahan_code)}: {counts}."

    def reminder(self, holder: str, silent: Sequence[tuple[str, datetime]]) -> str:
        """The mail to an agency whose cases nothing is heard of.

        Args:
            holder: Its code.
            silent: Numbers, and since when.
        """
        lines = [f"- {number}, sejak {brief_day(since)}" for number, since in silent[:MOST_LISTED]]
        more = [f"dan {len(silent) - MOST_LISTED} lagi"] if len(silent) > MOST_LISTED else []
        return "\n".join(
            [
                f"Kepada {self.reference.skpd[holder].name}:",
                f"dari {len(silent)} kasus yang Anda pegang belum ada perkembangan melewati batasnya:",
                "",
                *lines,
                *more,
                "",
                "Mohon catat perkembangannya, serahkan, atau janjikan tanggal selesai di meja petugas.",
            ]
        )

    def kelurahan(self, code: str | None) -> str:
        """Name of a kelurahan; its code where it is no more."""
        known = self.reference.kelurahan.get(code or "")
        return known.name if known else str(code)

    def _named(self, report: CaseReport, visibility: Visibility) -> list[str]:
        """The number with its matter and place where they may be told, and without."""
        bare = f"Kabar laporan {report.number}"
        if visibility is not Visibility.PUBLIC:
            return [bare]
        category = self.reference.categories.get(report.category_code or "")
        place = self.reference.kelurahan.get(report.kelurahan_code or "")
        about = ", ".join(one.name for one in (category, place) if one is not None)
        return [f"{bare} ({about})", bare] if about else [bare]

    def _answer(self, number: str) -> str:
        link = self.address.answering(number)
        return f" Jawab: {link}" if link else " Jawab di halaman nomor itu."

    def _objection(self, number: str) -> str:
        link = self.address.objecting(number)
        return f" Belum beres? {link}" if link else " Belum beres? Buka halaman nomor itu."


def status_name(status: CaseStatus) -> str:
    """A status as the city writes it (case_statuses.csv).

    >>> status_name(CaseStatus.ESTIMASI_WAKTU_SELESAI)
    'Estimasi waktu selesai'
    """
    return status.value.replace("_", " ").capitalize()


def _closed(status: CaseStatus) -> str:
    return "selesai" if status is CaseStatus.SELESAI else "ditolak"


def _said(said: str | None) -> str:
    r"""What an officer wrote for the reporter, on one line and cut; what turns letters about is left out.

    >>> _said("Rumah\nyang mana?"), _said(None)
    (' "Rumah yang mana?"', '')
    """
    words = " ".join("".join(sign for sign in said or "" if sign.isprintable() or sign.isspace()).split())
    return f' "{words if len(words) <= MOST_SAID else words[:MOST_SAID] + "…"}"' if words else ""


def _joined(named: Sequence[str], told: Sequence[str], end: str = "") -> list[str]:
    """Every sentence with every way to name the report, the fullest first."""
    return [f"{name}: {sentence}{end}" for sentence in told for name in named]
