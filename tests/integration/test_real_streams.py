"""Streams that the real ffmpeg makes, served on loopback: each gives its newest key frame, at that frame's own time.

Each second of the video has a brightness of its own, so that a picture tells of which second it is.
"""

import asyncio
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import numpy as np
import pytest

from assets.cctv.answers import Answer, Captured, Failed, LiveCamera
from assets.cctv.capture import capture_all
from assets.cctv.key_frame import key_frame
from ml.vision.decode import decode_frame
from sample_city.raw_host import RawHost, answer, file_of

FFMPEG = shutil.which("ffmpeg")
pytestmark = pytest.mark.skipif(
    FFMPEG is None, reason="ffmpeg is not installed: the streams of these tests are its own"
)

SECONDS, STEP = 12, 18
# The luma rises by STEP each second.
VIDEO = f"nullsrc=s=320x180:r=10:d={SECONDS},geq=lum='20+{STEP}*floor(T)':cb=128:cr=128"
SOUND = f"sine=d={SECONDS}"


def ffmpeg(folder: Path, *options: str) -> None:
    command = [str(FFMPEG), "-v", "error", "-y", *options]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)


def encoded(key_every_s: float = 4, *, bit_rate: str | None = "200k") -> list[str]:
    frames = str(round(key_every_s * 10))
    rate = ["-b:v", bit_rate] if bit_rate else ["-crf", "28"]
    return ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", frames, "-sc_threshold", "0", *rate]


HLS = ["-f", "hls", "-hls_time", "4", "-hls_list_size", "0", "-hls_flags"]
DATED = [*HLS, "program_date_time"]


def served(folder: Path) -> dict[str, Callable[[str], Iterable[bytes]]]:
    return {f"/{path.name}": file_of(path, "text/html") for path in folder.iterdir() if path.is_file()}


def whole_only(folder: Path) -> dict[str, bytes]:
    """The same of a host that knows no byte ranges."""
    return {f"/{path.name}": answer(path.read_bytes()) for path in folder.iterdir() if path.is_file()}


def ask(host: RawHost, path: str) -> Answer:
    async def run() -> Answer:
        cameras = [LiveCamera("x", "p", "hls", host.url(path))]
        return [one async for _, one in capture_all(cameras, time.monotonic() + 60)][0]

    return asyncio.run(run())


def started_at(folder: Path, playlist: str) -> datetime:
    """When the first segment of a playlist began."""
    found = re.search(r"PROGRAM-DATE-TIME:(\S+)", (folder / playlist).read_text())
    assert found is not None
    return datetime.fromisoformat(found[1])


def assert_shows(said: Answer, second: float, began: datetime | None) -> None:
    """That a picture is of a second of the video, by its grey level and by its time."""
    assert isinstance(said, Captured), said
    # Video's luma goes from 16 to 235.
    grey = (20 + STEP * int(second) - 16) * 255 / 219
    assert abs(np.median(decode_frame(said.content)) - grey) < STEP / 2
    if began is None:
        assert said.time_basis == "received"
    else:
        assert said.time_basis == "stream"
        assert abs(said.captured_at - began - timedelta(seconds=second)) < timedelta(milliseconds=150)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(DATED, id="mpeg-ts"),
        pytest.param([*DATED, "-hls_segment_type", "fmp4"], id="fmp4"),
        pytest.param([*HLS, "program_date_time+single_file"], id="mpeg-ts in one file"),
        pytest.param([*HLS, "program_date_time+single_file", "-hls_segment_type", "fmp4"], id="fmp4 in one file"),
    ],
)
@pytest.mark.parametrize("has_sound", [False, True])
@pytest.mark.parametrize("knows_ranges", [True, False])
def test_segments_of_every_kind(tmp_path: Path, options: list[str], *, has_sound: bool, knows_ranges: bool) -> None:
    sound = ["-f", "lavfi", "-i", SOUND] if has_sound else []
    ffmpeg(tmp_path, "-f", "lavfi", "-i", VIDEO, *sound, *encoded(), *options, "v.m3u8")
    with RawHost(served(tmp_path) if knows_ranges else whole_only(tmp_path)) as host:
        assert_shows(ask(host, "/v.m3u8"), 8, started_at(tmp_path, "v.m3u8"))


@pytest.mark.parametrize("iv", ["", "000102030405060708090a0b0c0d0e0f"])
def test_encrypted_segments(tmp_path: Path, iv: str) -> None:
    (tmp_path / "secret").write_bytes(bytes(range(16)))
    (tmp_path / "info").write_text("secret\nsecret\n" + (f"{iv}\n" if iv else ""))
    ffmpeg(tmp_path, "-f", "lavfi", "-i", VIDEO, *encoded(), *DATED, "-hls_key_info_file", "info", "v.m3u8")
    with RawHost(served(tmp_path)) as host:
        assert_shows(ask(host, "/v.m3u8"), 8, started_at(tmp_path, "v.m3u8"))
        host.answers["/secret"] = answer(b"short")
        said = ask(host, "/v.m3u8")
    assert isinstance(said, Failed)
    assert "a key of 5 bytes, not 16" in said.reason


def test_of_several_renditions_the_cheapest_with_a_picture_is_asked(tmp_path: Path) -> None:
    ffmpeg(
        tmp_path, "-f", "lavfi", "-i", VIDEO, "-f", "lavfi", "-i", SOUND, "-map", "0:v", "-map", "0:v", "-map", "1:a",
        *encoded(), "-filter:v:1", "scale=640:360", "-b:v:1", "900k", "-c:a", "aac", "-b:a", "48k",
        "-var_stream_map", "a:0 v:1 v:0", "-master_pl_name", "master.m3u8", *DATED, "v%v.m3u8",
    )  # fmt: skip
    master = (tmp_path / "master.m3u8").read_text()
    assert master.count("#EXT-X-STREAM-INF") == 3
    with RawHost(served(tmp_path)) as host:
        assert_shows(ask(host, "/master.m3u8"), 8, started_at(tmp_path, "v2.m3u8"))
        # The sound is the cheapest; without its codecs it is found out by asking.
        blind = re.sub(r",(CODECS|RESOLUTION)=[^\n]*", "", master)
        host.answers["/master.m3u8"] = answer(blind.encode())
        assert_shows(ask(host, "/master.m3u8"), 8, started_at(tmp_path, "v2.m3u8"))
        del host.answers["/v2.m3u8"]
        assert_shows(ask(host, "/master.m3u8"), 8, started_at(tmp_path, "v1.m3u8"))


def test_a_stream_of_sound_alone_says_so(tmp_path: Path) -> None:
    ffmpeg(tmp_path, "-f", "lavfi", "-i", SOUND, "-c:a", "aac", *DATED, "a.m3u8")
    with RawHost(served(tmp_path)) as host:
        said = ask(host, "/a.m3u8")
        assert isinstance(said, Failed)
        assert said.reason.endswith("a segment without video")
        still = decode_source(tmp_path)
        host.answers["/preview.jpg"] = answer(still)
        beside = ask(host, "/a.m3u8")
    assert isinstance(beside, Captured)
    assert beside.content == still


def decode_source(folder: Path) -> bytes:
    """A still of the video."""
    ffmpeg(folder, "-f", "lavfi", "-i", VIDEO, "-frames:v", "1", "still.jpg")
    return (folder / "still.jpg").read_bytes()


@pytest.mark.parametrize("name", ["stream.m3u8", "out.m3u8", "index.m3u8"])
def test_a_master_playlist_that_names_no_stream_for_want_of_a_bit_rate(tmp_path: Path, name: str) -> None:
    ffmpeg(
        tmp_path, "-f", "lavfi", "-i", VIDEO, *encoded(bit_rate=None), "-master_pl_name", "master.m3u8", *DATED, name
    )  # fmt: skip
    # Newer versions than 5.1 measure the rate themselves.
    (tmp_path / "master.m3u8").write_text("#EXTM3U\n#EXT-X-VERSION:3\n")
    with RawHost(served(tmp_path)) as host:
        assert_shows(ask(host, "/master.m3u8"), 8, started_at(tmp_path, name))
        assert_shows(ask(host, f"/{name}"), 8, started_at(tmp_path, name))


def test_a_variant_without_a_bit_rate(tmp_path: Path) -> None:
    ffmpeg(tmp_path, "-f", "lavfi", "-i", VIDEO, *encoded(), *DATED, "v.m3u8")
    with RawHost(served(tmp_path)) as host:
        host.answers["/master.m3u8"] = answer(b"#EXTM3U\n#EXT-X-STREAM-INF:RESOLUTION=320x180\nv.m3u8\n")
        assert_shows(ask(host, "/master.m3u8"), 8, started_at(tmp_path, "v.m3u8"))


@pytest.mark.parametrize("becomes", [None, b"", bytes(5000)])
def test_a_newest_segment_that_is_gone_or_nothing_gives_way_to_the_one_before(
    tmp_path: Path, becomes: bytes | None
) -> None:
    ffmpeg(tmp_path, "-f", "lavfi", "-i", VIDEO, *encoded(), *DATED, "v.m3u8")
    with RawHost(served(tmp_path)) as host:
        if becomes is None:
            del host.answers["/v2.ts"]
        else:
            host.answers["/v2.ts"] = answer(becomes)
        assert_shows(ask(host, "/v.m3u8"), 4, started_at(tmp_path, "v.m3u8"))


@pytest.mark.parametrize(("key_every_s", "segment_s", "second"), [(3, 2, 9), (6, 4, 6)])
@pytest.mark.parametrize("kind", ["mpegts", "fmp4"])
def test_segments_that_do_not_begin_with_a_key_frame(
    tmp_path: Path, key_every_s: float, segment_s: int, second: int, kind: str
) -> None:
    """Key frames each 3 s in segments of 2 s, each 6 s in such of 4 s: the last has none, that before one inside."""
    ffmpeg(
        tmp_path, "-f", "lavfi", "-i", VIDEO, *encoded(key_every_s), "-bf", "0", *HLS,
        "program_date_time+split_by_time", "-hls_time", str(segment_s), "-hls_segment_type", kind, "v.m3u8",
    )  # fmt: skip
    with RawHost(served(tmp_path)) as host:
        assert_shows(ask(host, "/v.m3u8"), second, started_at(tmp_path, "v.m3u8"))


def test_an_encoder_that_began_again(tmp_path: Path) -> None:
    for duration in (SECONDS, 6):
        ffmpeg(
            tmp_path, "-f", "lavfi", "-i", VIDEO, "-t", str(duration), *encoded(), *HLS,
            "program_date_time+append_list+omit_endlist", "v.m3u8",
        )  # fmt: skip
    text = (tmp_path / "v.m3u8").read_text()
    assert "#EXT-X-DISCONTINUITY" in text
    # What ffmpeg tells behind the break is of the new encoder: the newest segment begins four seconds into it.
    newest = re.findall(r"PROGRAM-DATE-TIME:(\S+)", text)[-1]
    with RawHost(served(tmp_path)) as host:
        assert_shows(ask(host, "/v.m3u8"), 4, datetime.fromisoformat(newest) - timedelta(seconds=4))


def test_a_stream_without_times_or_with_impossible_ones_is_of_now(tmp_path: Path) -> None:
    ffmpeg(tmp_path, "-f", "lavfi", "-i", VIDEO, *encoded(), *DATED, "v.m3u8")
    text = (tmp_path / "v.m3u8").read_text()
    ahead = (datetime.now(UTC) + timedelta(hours=7)).isoformat()
    with RawHost(served(tmp_path)) as host:
        for said in ("", "#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:00Z", f"#EXT-X-PROGRAM-DATE-TIME:{ahead}"):
            host.answers["/v.m3u8"] = answer(re.sub(r"#EXT-X-PROGRAM-DATE-TIME:\S+", said, text).encode())
            assert_shows(ask(host, "/v.m3u8"), 8, None)


@pytest.mark.parametrize("codec", ["libx264", "libx265", "mpeg2video"])
@pytest.mark.parametrize("key_every_s", [0.5, 4])
def test_of_a_segment_little_more_than_its_key_frame_is_received(
    tmp_path: Path, codec: str, key_every_s: float
) -> None:
    noisy = f"{VIDEO},noise=alls=30:allf=t"
    coded = [option if option != "libx264" else codec for option in encoded(key_every_s, bit_rate="1M")]
    if codec == "libx265":
        coded += ["-preset", "ultrafast"]
    ffmpeg(tmp_path, "-f", "lavfi", "-i", noisy, *coded, *DATED, "v.m3u8")
    with RawHost(served(tmp_path)) as host:
        assert_shows(ask(host, "/v.m3u8"), 8, started_at(tmp_path, "v.m3u8"))
        assert host.sent["/v2.ts"] < 0.6 * (tmp_path / "v2.ts").stat().st_size


# As a city's public streams are.
PUBLIC = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-sc_threshold", "0", "-b:v", "534k"]
TRAFFIC = "testsrc2=s=640x360:r=20:d=12,noise=alls=8:allf=t"


@pytest.mark.parametrize("kind", ["mpegts", "fmp4"])
@pytest.mark.parametrize("segment_s", [2, 4, 6])
@pytest.mark.parametrize("has_sound", [False, True])
def test_a_still_is_the_whole_segments_own_and_costs_a_third_of_its_bytes(
    tmp_path: Path, kind: str, segment_s: int, *, has_sound: bool
) -> None:
    sound = ["-f", "lavfi", "-i", SOUND] if has_sound else []
    ffmpeg(
        tmp_path, "-f", "lavfi", "-i", TRAFFIC, *sound, *PUBLIC, "-g", str(20 * segment_s), *DATED,
        "-hls_time", str(segment_s), "-hls_segment_type", kind, "v.m3u8",
    )  # fmt: skip
    init = (tmp_path / "init.mp4").read_bytes() if kind == "fmp4" else b""
    newest = tmp_path / f"v{12 // segment_s - 1}.{'m4s' if kind == 'fmp4' else 'ts'}"
    whole = key_frame(init + newest.read_bytes(), is_whole=True)
    assert whole is not None
    with RawHost(served(tmp_path)) as host:
        said = ask(host, "/v.m3u8")
        sent = host.sent.total()
        host.answers |= whole_only(tmp_path)
        unranged = ask(host, "/v.m3u8")
    for one in (said, unranged):
        assert isinstance(one, Captured)
        assert one.content == whole.content
    assert sent <= 0.35 * ((tmp_path / "v.m3u8").stat().st_size + len(init) + newest.stat().st_size)


def key_frames_of(folder: Path, playlist: str) -> str:
    """The same playlist with the bytes of the key frame alone in place of each segment."""
    lines = []
    for line in (folder / playlist).read_text().splitlines():
        if line.endswith(".ts"):
            with av.open(str(folder / line)) as container:
                ends = [packet.pos for packet in container.demux(video=0) if packet.pos]
            lines.append(f"#EXT-X-BYTERANGE:{ends[1]}@0")
        lines.append(line)
    return "\n".join(lines).replace("#EXT-X-VERSION:3", "#EXT-X-VERSION:4\n#EXT-X-I-FRAMES-ONLY")


def test_a_playlist_of_key_frames_costs_these_alone_in_one_request(tmp_path: Path) -> None:
    ffmpeg(tmp_path, "-f", "lavfi", "-i", f"{VIDEO},noise=alls=30:allf=t", *encoded(bit_rate="2M"), *DATED, "v.m3u8")
    master = (
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=2000000,RESOLUTION=320x180\nv.m3u8\n"
        '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=90000,RESOLUTION={},URI="k.m3u8"\n'
    )
    keys = key_frames_of(tmp_path, "v.m3u8")
    length = int(re.findall(r"BYTERANGE:(\d+)", keys)[-1])
    with RawHost(served(tmp_path)) as host:
        host.answers["/k.m3u8"] = answer(keys.encode())
        host.answers["/master.m3u8"] = answer(master.format("320x180").encode())
        assert_shows(ask(host, "/master.m3u8"), 8, started_at(tmp_path, "v.m3u8"))
        assert [head.split()[1] for head in host.requests] == ["/master.m3u8", "/k.m3u8", "/v2.ts"]
        assert length <= host.sent["/v2.ts"] < length + 500
        # Those of a larger picture are left alone, and those that are gone give way.
        host.answers["/master.m3u8"] = answer(master.format("1280x720").encode())
        host.requests.clear()
        assert_shows(ask(host, "/master.m3u8"), 8, started_at(tmp_path, "v.m3u8"))
        assert not any("/k.m3u8" in head for head in host.requests)
        host.answers["/master.m3u8"] = answer(master.format("320x180").encode())
        del host.answers["/k.m3u8"]
        assert_shows(ask(host, "/master.m3u8"), 8, started_at(tmp_path, "v.m3u8"))
