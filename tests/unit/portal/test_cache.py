"""A page is made once for everybody, until other figures are published."""

import asyncio
import gzip

import pytest
from starlette.requests import Request

from portal.cache import PageCache


def asking(path: str = "/macet", query: str = "", **headers: str) -> Request:
    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": query.encode(),
        "headers": given,
        "server": ("x", 80),
    }
    return Request({**scope, "scheme": "http"})


class Maker:
    """Counts how often a page is made."""

    def __init__(self, fails: bool = False) -> None:
        self.made, self.fails = 0, fails

    async def __call__(self) -> str:
        self.made += 1
        await asyncio.sleep(0)
        if self.fails:
            raise RuntimeError("no figures")
        return f"page {self.made}"


def test_who_asks_at_once_waits_for_one_making() -> None:
    async def ask() -> list[bytes]:
        cache = PageCache()
        return [answer.body for answer in await asyncio.gather(*(cache.answer(asking(), "1", make) for _ in range(9)))]

    make = Maker()
    assert asyncio.run(ask()) == [b"page 1"] * 9


def test_another_version_is_made_anew_and_another_address_as_well() -> None:
    async def ask() -> list[bytes]:
        cache = PageCache()
        asked = [("/macet", "1"), ("/macet", "1"), ("/macet", "2"), ("/tilang", "2")]
        return [bytes((await cache.answer(asking(path), version, make)).body) for path, version in asked]

    make = Maker()
    assert asyncio.run(ask()) == [b"page 1", b"page 1", b"page 2", b"page 3"]


def test_what_a_page_does_not_depend_on_makes_no_other_page() -> None:
    """Or whoever writes something new behind each address has every page made and kept anew."""

    async def ask() -> list[bytes]:
        cache = PageCache()
        asked = [("a=1", ()), ("b=2", ()), ("jenis=kelurahan", ("kelurahan",)), ("jenis=skpd", ("skpd",))]
        return [bytes((await cache.answer(asking(query=query), "1", make, of=of)).body) for query, of in asked]

    make = Maker()
    assert asyncio.run(ask()) == [b"page 1", b"page 1", b"page 2", b"page 3"]


def test_no_more_is_kept_than_may_be_and_the_longest_unasked_goes_first() -> None:
    async def ask() -> list[bytes]:
        cache = PageCache(most_bytes=70)
        paths = ("/a", "/b", "/a", "/c", "/a", "/b")
        return [bytes((await cache.answer(asking(path), "1", make)).body) for path in paths]

    make = Maker()
    # A page and its packed form take 32 bytes.
    assert asyncio.run(ask()) == [b"page 1", b"page 2", b"page 1", b"page 3", b"page 1", b"page 4"]


def test_what_was_begun_before_a_publication_is_not_kept_after_it() -> None:
    async def ask() -> list[bytes]:
        cache = PageCache()
        old = asyncio.create_task(cache.answer(asking(), "1", make))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        new = await cache.answer(asking(), "2", make)
        again = await cache.answer(asking(), "2", make)
        return [bytes(answer.body) for answer in (await old, new, again)]

    make = Maker()
    assert asyncio.run(ask()) == [b"page 1", b"page 2", b"page 2"]


def test_a_page_that_fails_is_not_kept() -> None:
    async def ask() -> None:
        cache = PageCache()
        for _ in range(2):
            with pytest.raises(RuntimeError):
                await cache.answer(asking(), "1", make)

    make = Maker(fails=True)
    asyncio.run(ask())
    assert make.made == 2


def test_it_is_packed_for_who_can_unpack_and_not_sent_again_to_who_has_it() -> None:
    async def ask() -> None:
        cache, make = PageCache(), Maker()
        plain = await cache.answer(asking(), "1", make)
        packed = await cache.answer(asking(accept_encoding="br, gzip"), "1", make)
        unchanged = await cache.answer(asking(if_none_match=plain.headers["etag"]), "1", make)
        assert gzip.decompress(bytes(packed.body)) == plain.body
        assert packed.headers["content-encoding"] == "gzip"
        assert (unchanged.status_code, unchanged.body) == (304, b"")

    asyncio.run(ask())


def test_nothing_is_kept_where_that_is_switched_off() -> None:
    async def ask() -> list[bytes]:
        cache = PageCache(is_kept=False)
        return [bytes((await cache.answer(asking(), "1", make)).body) for _ in range(2)]

    make = Maker()
    assert asyncio.run(ask()) == [b"page 1", b"page 2"]
