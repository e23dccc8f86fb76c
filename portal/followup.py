"""What a number's page lets people do: complete a returned report, say that one is not done, or that they meet it too.

Belongs here: those forms. Does not belong here: the number's page (lookup.py), whose message completes a report
(assets/complaints/replies.py), what a report that quotes another takes over (assets/complaints/continued.py).
"""

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assets.complaints.channels.portal import COMPLETION, JOINING, REOPENING
from assets.complaints.model import Decision, Missing
from portal.asked import Asked, AskedFor
from portal.bounded import TooLongError
from portal.drafts import Draft, areas, in_words
from portal.lookup import find
from portal.report import guarded, hand_in, refusal, unusable
from portal.story import Story
from portal.uploads import PhotoError, read_form, remade

router = APIRouter(default_response_class=HTMLResponse)

PATHS = {"lengkapi": COMPLETION, "belum-selesai": REOPENING, "saya-juga": JOINING}


@router.get("/lacak/{nomor}/{act}")
async def form(asked: AskedFor, nomor: str, act: str) -> Response:
    """The form for a number, where there is something to do."""
    found = await _story(asked, nomor, act, is_sent=False)
    return found if isinstance(found, Response) else _form(asked, found, PATHS[act], Draft.new())


@router.post("/lacak/{nomor}/{act}")
async def send(asked: AskedFor, request: Request, nomor: str, act: str) -> Response:
    """Take what completes a report, or says that it is not done or met by somebody else too."""
    found = await _story(asked, nomor, act, is_sent=True)
    if isinstance(found, Response):
        return found
    kind, words = PATHS[act], asked.reader.words
    try:
        sent = await read_form(request)
    except TooLongError:
        return _form(asked, found, kind, Draft.new(), 413, words.gettext("Foto-foto itu terlalu besar."))
    draft = Draft.of(sent.fields)
    refused = await refusal(asked, sent)
    if refused is not None:
        return _form(asked, found, kind, draft, *refused)
    if kind != COMPLETION:
        # "Belum selesai" says nothing of what is not; "saya juga" means the same as the report that it quotes.
        quoted = {"kind": kind, "number": found.number} if kind == JOINING else {}
        lacks = tuple(one for one in draft.lacks(asked.parts.clock(), **quoted) if one is not Missing.PLACE)
        if lacks:
            return _form(asked, found, kind, draft, 422, lacks=lacks)
    try:
        photos = await asyncio.to_thread(remade, sent.photos)
    except PhotoError as error:
        return _form(asked, found, kind, draft, 422, unusable(asked, error))
    body = draft.body(asked.parts.clock(), photos, kind=kind, number=found.number)
    await hand_in(asked, draft.receipt, body)
    return RedirectResponse(asked.reader.link(f"/lapor/{draft.receipt}?untuk={found.number}"), 303)


async def _story(asked: Asked, nomor: str, act: str, *, is_sent: bool) -> Story | Response:
    """The case of a number; its own page where there is nothing of the kind to do.

    What was sent to a case that was closed meanwhile is taken: it says that the matter came back.
    """
    found = await find(asked, nomor)
    if isinstance(found, Response):
        return found
    may = {
        "lengkapi": found.decision == Decision.RETURNED,
        "belum-selesai": found.is_closed,
        "saya-juga": found.may_be_joined and (is_sent or not found.is_closed),
    }
    if not may.get(act, False):
        return RedirectResponse(asked.reader.link(f"/lacak/{found.number}"), 303)
    return found


def _form(
    asked: Asked, story: Story, kind: str, draft: Draft, status: int = 200, problem: str = "",
    lacks: tuple[str, ...] = (),
) -> Response:  # fmt: skip
    # Of a confidential report nothing is told, what it lacks neither: everything is asked.
    wanted = set(story.missing or Missing) if kind == COMPLETION else {Missing.REPORTER, Missing.PROBLEM}
    return guarded(
        asked, "followup.html.j2", status, story=story, kind=kind, wanted=wanted, draft=draft.fields, areas=areas(),
        problem=problem, lacks=lacks, lacks_in_words=in_words(asked.reader.words),
    )  # fmt: skip
