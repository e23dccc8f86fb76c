"""What playlists of HLS say, as encoders and portals write them."""

from datetime import datetime

import httpx
import pytest

from assets.cctv.answers import NoPictureError
from assets.cctv.playlist import Key, Part, Segment, read_playlist

BASE = httpx.URL("http://a.id/live/index.m3u8")
MOMENT = datetime.fromisoformat("2026-11-28T08:00:00+07:00")


def segments(text: str) -> tuple[Segment, ...]:
    return read_playlist("#EXTM3U\n#EXT-X-TARGETDURATION:4\n" + text, BASE).segments


def test_the_newest_comes_first_and_times_are_counted_on() -> None:
    dated = f"#EXT-X-PROGRAM-DATE-TIME:{MOMENT.isoformat()}\n#EXTINF:4,\n0.ts\n#EXTINF:2.5,\n1.ts\n#EXTINF:4,\n2.ts\n"
    newest, middle, oldest = segments(dated)
    assert newest.part == Part(httpx.URL("http://a.id/live/2.ts"))
    assert [(one.started_at - MOMENT).total_seconds() for one in (newest, middle, oldest) if one.started_at] == [
        6.5,
        4,
        0,
    ]


def test_a_time_does_not_count_over_a_break() -> None:
    text = f"#EXT-X-PROGRAM-DATE-TIME:{MOMENT.isoformat()}\n#EXTINF:4,\n0.ts\n#EXT-X-DISCONTINUITY\n#EXTINF:4,\n1.ts\n"
    newest, oldest = segments(text)
    assert (newest.started_at, oldest.started_at) == (None, MOMENT)


@pytest.mark.parametrize("written", ["kemarin", "", "2026-11-28T08:00:00", "2026-13-28T08:00:00Z"])
def test_a_time_that_is_none_costs_the_time_alone(written: str) -> None:
    [one] = segments(f"#EXT-X-PROGRAM-DATE-TIME:{written}\n#EXTINF:4,\n0.ts\n")
    assert one.started_at is None


@pytest.mark.parametrize("duration", ["", ",", "abc,", "4,title, with a comma", "4"])
def test_a_duration_that_is_none_costs_nothing(duration: str) -> None:
    [one] = segments(f"#EXTINF:{duration}\n0.ts\n")
    assert one.part.url.path == "/live/0.ts"


def test_byte_ranges_follow_each_other_in_one_file() -> None:
    text = (
        '#EXT-X-MAP:URI="all.mp4",BYTERANGE="800@0"\n#EXTINF:4,\n#EXT-X-BYTERANGE:100@800\nall.mp4\n'
        "#EXTINF:4,\n#EXT-X-BYTERANGE:50\nall.mp4\n"
    )
    newest, oldest = segments(text)
    file = httpx.URL("http://a.id/live/all.mp4")
    assert (oldest.part, newest.part) == (Part(file, 800, 100), Part(file, 900, 50))
    assert newest.init == Part(file, 0, 800)


def test_keys_hold_from_where_they_stand() -> None:
    text = (
        '#EXT-X-MEDIA-SEQUENCE:7\n#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0x0A\n#EXTINF:4,\n0.ts\n'
        '#EXT-X-KEY:METHOD=AES-128,URI="https://k.id/2"\n#EXTINF:4,\n1.ts\n#EXT-X-KEY:METHOD=NONE\n#EXTINF:4,\n2.ts\n'
    )
    plain, numbered, said = segments(text)
    assert said.key == Key(httpx.URL("http://a.id/live/k"), bytes(15) + b"\x0a")
    assert numbered.key == Key(httpx.URL("https://k.id/2"), bytes(15) + b"\x08")
    assert plain.key is None


def test_a_gap_is_no_segment() -> None:
    newest, *_ = segments("#EXTINF:4,\n0.ts\n#EXT-X-GAP\n#EXTINF:4,\n1.ts\n")
    assert newest.part.url.path == "/live/0.ts"


def test_the_cheapest_stream_with_a_picture_comes_first() -> None:
    text = """#EXTM3U
#EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS="mp4a.40.2"
sound.m3u8
#EXT-X-STREAM-INF:RESOLUTION=640x360
unsaid.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=1280x720,CODECS="avc1.64001f,mp4a.40.2"
high.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=300000,CODECS="hvc1.1.6.L93.B0"
low.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=400000
middle.m3u8
"""
    names = [url.path.rpartition("/")[2] for url in read_playlist(text, BASE).variants]
    assert names == ["low.m3u8", "middle.m3u8", "high.m3u8", "unsaid.m3u8"]


@pytest.mark.parametrize(
    "text",
    [
        "#EXTINF:4,\n#EXT-X-BYTERANGE:x@y\n0.ts\n",
        "#EXT-X-KEY:METHOD\n#EXTINF:4,\n0.ts\n",
        "#EXTINF:4,\nhttp://a.id:port/0.ts\n",
        '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="k"\n#EXTINF:4,\n0.ts\n',
        '#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0xZZ\n#EXTINF:4,\n0.ts\n',
        "#EXT-X-MEDIA-SEQUENCE:many\n#EXTINF:4,\n0.ts\n",
    ],
)
def test_what_cannot_be_followed_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(NoPictureError):
        segments(text)
