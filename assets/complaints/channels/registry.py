"""The channels that the platform reads, by code.

Belongs here: one name per channel, equal to the rows of `channels.csv` (a test asserts it).
Does not belong here: what a channel is (channel.py), how one is read (its module).
"""

from collections.abc import Mapping
from types import MappingProxyType

from assets.complaints.channels import (
    balai_warga,
    counter,
    email,
    facebook,
    instagram,
    jakarta_aman,
    jaki,
    lapor,
    media_massa,
    portal,
    qlue,
    sms,
    whatsapp,
    x,
)
from assets.complaints.channels.channel import Channel

ALL = (
    facebook.CHANNEL,
    email.CHANNEL,
    jaki.CHANNEL,
    counter.KELURAHAN,
    instagram.CHANNEL,
    whatsapp.CHANNEL,
    x.CHANNEL,
    media_massa.CHANNEL,
    qlue.CHANNEL,
    jakarta_aman.CHANNEL,
    sms.CHANNEL,
    lapor.CHANNEL,
    balai_warga.CHANNEL,
    counter.KECAMATAN,
    portal.CHANNEL,
)

CHANNELS: Mapping[str, Channel] = MappingProxyType({channel.code: channel for channel in ALL})
