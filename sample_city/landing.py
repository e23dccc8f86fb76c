"""Landing files: what the channels deliver on one day, in the files that their vendors, exports and desks write.

Belongs here: a day's files of every channel, and files that are broken.
Does not belong here: the items (feeds.py), which of them share a file and in what format (channels/).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePosixPath

from sample_city.channels.channel import Channel, File
from sample_city.channels.registry import ALL
from sample_city.feeds import channel_day, spoil
from sample_city.model import Complaint, Extras, Item, Unreadable

_LOGIN_PAGE = b"<html><body>Sesi Anda berakhir. Silakan masuk kembali.</body></html>"


def write_day(landing: Path, day: date, complaints: Sequence[Complaint], seed: int, extras: Extras) -> None:
    """Write the files of every channel that has complaints on one day.

    On some days a file holds an item that cannot be read, on some a broken file lies beside the sound ones.

    Args:
        landing: The landing folder.
        day: The city's.
        complaints: Of the day, in the order of reporting.
        seed: One seed, one wording.
        extras: Receives what is no complaint and what cannot be read.
    """
    for number, channel in enumerate(ALL):
        items = channel_day(channel, day, complaints, seed, extras)
        if not items:
            continue
        files = list(channel.files(day, items))
        if (day.toordinal() + number) % 4 == 0:
            files = _with_one_spoilt(channel, files, items, extras)
        if (day.toordinal() + number) % 7 == 3:
            files.append(_broken(files[0], channel, extras))
        for file in files:
            path = landing / channel.code / file.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)


def _with_one_spoilt(channel: Channel, files: list[File], items: list[Item], extras: Extras) -> list[File]:
    """Put an item that cannot be read into the first file that holds several."""
    spoilt = spoil(channel, items)
    if spoilt is None:
        return files
    for index, file in enumerate(files):
        if file.pointer is not None:
            origin = f"{channel.code}/{file.name}#{file.pointer(len(file.bodies))}"
            extras.unreadable.append(Unreadable(channel.code, origin, spoilt.reason))
            return [*files[:index], replace(file, bodies=[*file.bodies, spoilt.item.body]), *files[index + 1 :]]
    return files


def _broken(file: File, channel: Channel, extras: Extras) -> File:
    """A first attempt at a file that failed; the sound one lies beside it."""
    path = PurePosixPath(file.name)
    name = path.with_name(f"{path.stem}-rusak{path.suffix}").as_posix()
    content, reason = file.content, "cut off"
    content = content[: len(content) * 2 // 3]
    if path.suffix == ".eml":
        content, reason = b"", "an empty file"
    elif path.suffix == ".csv":
        content, reason = _LOGIN_PAGE, "a page that asks for a login"
    extras.unreadable.append(Unreadable(channel.code, f"{channel.code}/{name}", reason))
    return File(name, [], lambda _: content)
