"""The channels that the sample writes, by code.

Belongs here: one name per channel; their order decides what a seed draws.
Does not belong here: what a channel is (channel.py), what one delivers (its module).
"""

from collections.abc import Mapping
from types import MappingProxyType

from sample_city.channels import (
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
from sample_city.channels.channel import Channel

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
