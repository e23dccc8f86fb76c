"""Landing files: what the channels deliver on one day, in the files that their vendors, exports and desks write.

Belongs here: which items share a file, and files that are broken.
Does not belong here: the items (feeds.py), their formats (wire_*.py).
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from sample_city.feeds import Item, channel_day, spoil
from sample_city.model import Channel, Complaint, Extras, Unreadable
from sample_city.wire_press import feed
from sample_city.wire_sms import COLUMNS as SMS_COLUMNS
from sample_city.wire_tables import BALAI_WARGA_COLUMNS, LAPOR_COLUMNS, csv_table, workbook
from sample_city.wire_x import envelope

# Pages shift while they are read: a page repeats the last reports of the one before.
_REPEATED_BY_A_PAGE = 2
_LOGIN_PAGE = b"<html><body>Sesi Anda berakhir. Silakan masuk kembali.</body></html>"


@dataclass(frozen=True)
class _File:
    """One file.

    Attributes:
        name: Below the channel's folder.
        bodies: What it holds.
        write: Bodies to bytes.
        pointer: Where in the file the body with a number stands, from 0.
    """

    name: str
    bodies: list[Any]
    write: Callable[[list[Any]], bytes]
    pointer: Callable[[int], str]

    @property
    def content(self) -> bytes:
        """Its bytes."""
        return self.write(self.bodies)


def write_day(landing: Path, day: date, complaints: Sequence[Complaint], seed: int, extras: Extras) -> None:
    """Write the files of every channel that has complaints on one day.

    On some days a file holds an item that cannot be read, on some a broken file lies beside the sound ones.

    Args:
        landing: The landing folder.
        day: WIB.
        complaints: Of the day, in the order of reporting.
        seed: One seed, one wording.
        extras: Receives what is no complaint and what cannot be read.
    """
    for number, channel in enumerate(Channel):
        items = channel_day(channel, day, complaints, seed, extras)
        if not items:
            continue
        files = list(_PACKERS[channel](day, items))
        if (day.toordinal() + number) % 4 == 0:
            files = _with_one_spoilt(files, items, extras)
        if (day.toordinal() + number) % 7 == 3:
            files.append(_broken(files[0], channel, extras))
        for file in files:
            path = landing / channel / file.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)


def _with_one_spoilt(files: list[_File], items: list[Item], extras: Extras) -> list[_File]:
    """Put an item that cannot be read into the first file of those like it; a mailbox holds a message per file."""
    spoilt = spoil(items)
    if spoilt is None or spoilt.item.channel is Channel.EMAIL:
        return files
    index = next(number for number, file in enumerate(files) if not file.name.startswith("webhook-"))
    file = replace(files[index], bodies=[*files[index].bodies, spoilt.item.body])
    origin = f"{spoilt.item.channel}/{file.name}#{file.pointer(len(file.bodies) - 1)}"
    extras.unreadable.append(Unreadable(spoilt.item.channel, origin, spoilt.reason))
    return [*files[:index], file, *files[index + 1 :]]


def _broken(file: _File, channel: Channel, extras: Extras) -> _File:
    """A first attempt at a file that failed; the sound one lies beside it."""
    path = PurePosixPath(file.name)
    name = path.with_name(f"{path.stem}-rusak{path.suffix}").as_posix()
    content, reason = file.content, "cut off"
    content = content[: len(content) * 2 // 3]
    if path.suffix == ".eml":
        content, reason = b"", "an empty file"
    elif path.suffix == ".csv":
        content, reason = _LOGIN_PAGE, "a page that asks for a login"
    extras.unreadable.append(Unreadable(channel, f"{channel}/{name}", reason))
    return _File(name, [], lambda _: content, lambda _: "")


def _pages(size: int, wrap: Callable[[list[Any]], Any], prefix: str = "") -> "_Packer":
    """Pack items that are asked for into pages, and those that are pushed into a file each."""

    def pack(day: date, items: Sequence[Item]) -> Iterator[_File]:
        bodies = [item.body for item in items if not item.is_pushed]
        for start in range(0, len(bodies), size):
            yield _File(
                f"{prefix}{day:%Y-%m-%d}-{start // size + 1:02d}.json",
                bodies[max(start - _REPEATED_BY_A_PAGE, 0) : start + size],
                lambda of_page: _json(wrap(of_page)),
                lambda number: f"/data/{number}",
            )
        for number, item in enumerate(item for item in items if item.is_pushed):
            name = f"webhook-{item.at:%Y-%m-%dT%H-%M-%S}-{number:03d}.json"
            yield _File(name, [item.body], lambda of_one: _json(of_one[0]), lambda _: "")

    return pack


def _hourly_webhooks(day: date, items: Sequence[Item]) -> Iterator[_File]:
    by_hour: defaultdict[int, list[Any]] = defaultdict(list)
    for item in items:
        by_hour[item.at.hour].append(item.body)
    for hour, bodies in by_hour.items():
        yield _File(f"{day:%Y-%m-%d}T{hour:02d}.json", bodies, _json, lambda number: f"/{number}")


def _messages(day: date, items: Sequence[Item]) -> Iterator[_File]:
    for number, item in enumerate(items, start=1):
        yield _File(f"{day:%Y-%m-%d}/{number:04d}.eml", [item.body], lambda of_one: of_one[0], lambda _: "")


def _table(columns: Sequence[str], delimiter: str) -> "_Packer":
    def pack(day: date, items: Sequence[Item]) -> Iterator[_File]:
        bodies = [item.body for item in items]
        yield _File(f"{day:%Y-%m-%d}.csv", bodies, lambda rows: csv_table(columns, rows, delimiter), _row_of_table)

    return pack


def _workbooks(day: date, items: Sequence[Item]) -> Iterator[_File]:
    """One workbook per kota in which a counter had a visitor."""
    by_kota: defaultdict[str, list[Any]] = defaultdict(list)
    for item in items:
        by_kota[item.body["No Register"][:5]].append(item.body)
    for kota_code, rows in sorted(by_kota.items()):
        yield _File(f"{kota_code}_{day:%Y-%m-%d}.xlsx", rows, workbook, _row_of_table)


def _feeds(day: date, items: Sequence[Item]) -> Iterator[_File]:
    """The feed as it was in the morning, at noon and in the evening: it repeats its letters."""
    for hour in (8, 12, 24):
        letters = [item.body for item in items if item.at.hour < hour]
        if letters:
            yield _File(f"{day:%Y-%m-%d}T{hour:02d}.xml", letters, feed, lambda number: f"item {number + 1}")


def _row_of_table(number: int) -> str:
    """The place of a row below the header, which is row 1."""
    return f"row {number + 2}"


def _data(bodies: list[Any]) -> dict[str, Any]:
    return {"data": bodies}


def _graph_page(bodies: list[Any]) -> dict[str, Any]:
    first, last = (body.get("id", "") for body in (bodies[0], bodies[-1]))
    return {"data": bodies, "paging": {"cursors": {"before": f"b{first}", "after": f"a{last}"}}}


def _json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


_Packer = Callable[[date, Sequence[Item]], Iterator[_File]]
_PACKERS: Mapping[Channel, _Packer] = {
    Channel.FACEBOOK: _pages(50, _graph_page, "feed-"),
    Channel.EMAIL: _messages,
    Channel.JAKI: _pages(100, _data),
    Channel.KELURAHAN: _workbooks,
    Channel.INSTAGRAM: _pages(50, _graph_page, "media-"),
    Channel.WHATSAPP: _hourly_webhooks,
    Channel.X: _pages(100, envelope, "mentions-"),
    Channel.MEDIA_MASSA: _feeds,
    Channel.QLUE: _pages(50, _data),
    Channel.JAKARTA_AMAN: _pages(50, _data),
    Channel.SMS: _table(SMS_COLUMNS, ","),
    Channel.LAPOR: _table(LAPOR_COLUMNS, ","),
    Channel.BALAI_WARGA: _table(BALAI_WARGA_COLUMNS, ";"),
    Channel.KECAMATAN: _workbooks,
}
