"""The channels that the platform reads, by code.

Belongs here: one entry per channel module, equal to the rows of `seeds/channels.csv` (a test asserts it).
Does not belong here: what a channel is called, since when it is valid, whether it is geotagged (the seed).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from assets.complaints.channels import (
    balai_warga,
    email,
    facebook,
    instagram,
    jakarta_aman,
    jaki,
    kecamatan,
    kelurahan,
    lapor,
    mailbox,
    media_massa,
    qlue,
    sms,
    whatsapp,
    x,
)
from assets.complaints.model import ChannelEvent, Delivery, NotAReport, Record, Report, Unreadable, Window
from assets.sources.settings import (
    BalaiWargaSource,
    EmailSource,
    FacebookSource,
    InstagramSource,
    JakartaAmanSource,
    JakiSource,
    KecamatanSource,
    KelurahanSource,
    LaporSource,
    MediaMassaSource,
    QlueSource,
    SmsSource,
    Source,
    XSource,
)


@dataclass(frozen=True)
class Live:
    """The live source of a channel.

    Attributes:
        settings: Its settings class; read from the environment when the channel is fetched.
        fetch: What the source says happened in a window, as deliveries for the channel's `split`; the same
            window gives the same records. Raises `SourceError` only.
    """

    settings: type[Source]
    fetch: Callable[[Window, Any], Iterator[Delivery]]


@dataclass(frozen=True)
class Channel:
    """How to read one channel.

    Attributes:
        code: As in the seed and in the landing folder.
        suffixes: Of the landing files that it reads, lower case with the dot.
        split: Bytes of one landing file and its path to records; never raises.
        parse: One record to a report, an event on one, or why it is neither; raises `PayloadError` only.
        live: Where it is fetched; None where the vendor pushes only and the landing folder is the one way in.
    """

    code: str
    suffixes: tuple[str, ...]
    split: Callable[[bytes, str], list[Record | Unreadable]]
    parse: Callable[[Record], Report | ChannelEvent | NotAReport]
    live: Live | None = None


CHANNELS: Mapping[str, Channel] = MappingProxyType(
    {
        channel.code: channel
        for channel in (
            Channel("facebook", (".json",), facebook.split, facebook.parse, Live(FacebookSource, facebook.fetch)),
            Channel("email", (".eml", ".txt"), email.split, email.parse, Live(EmailSource, mailbox.fetch)),
            Channel("jaki", (".json",), jaki.split, jaki.parse, Live(JakiSource, jaki.fetch)),
            Channel("kelurahan", (".xlsx",), kelurahan.split, kelurahan.parse, Live(KelurahanSource, kelurahan.fetch)),
            Channel("instagram", (".json",), instagram.split, instagram.parse, Live(InstagramSource, instagram.fetch)),
            Channel("whatsapp", (".json",), whatsapp.split, whatsapp.parse),
            Channel("x", (".json",), x.split, x.parse, Live(XSource, x.fetch)),
            Channel(
                "media_massa",
                (".xml", ".rss"),
                media_massa.split,
                media_massa.parse,
                Live(MediaMassaSource, media_massa.fetch),
            ),
            Channel("qlue", (".json",), qlue.split, qlue.parse, Live(QlueSource, qlue.fetch)),
            Channel(
                "jakarta_aman",
                (".json",),
                jakarta_aman.split,
                jakarta_aman.parse,
                Live(JakartaAmanSource, jakarta_aman.fetch),
            ),
            Channel("sms", (".json", ".csv"), sms.split, sms.parse, Live(SmsSource, sms.fetch)),
            Channel("lapor", (".csv",), lapor.split, lapor.parse, Live(LaporSource, lapor.fetch)),
            Channel(
                "balai_warga",
                (".csv",),
                balai_warga.split,
                balai_warga.parse,
                Live(BalaiWargaSource, balai_warga.fetch),
            ),
            Channel("kecamatan", (".xlsx",), kecamatan.split, kecamatan.parse, Live(KecamatanSource, kecamatan.fetch)),
        )
    }
)
