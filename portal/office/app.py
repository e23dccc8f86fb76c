"""The desk as a part of the portal: a table of contents.

Belongs here: which pages of the desk there are. Does not belong here: any page.
"""

from fastapi import FastAPI

from portal.office import case_pages, counter_pages, inbox_pages, sign_in, verification_pages
from portal.office.forms import FormError
from portal.office.visits import NotHereError, Office, SignedOutError, refused, to_sign_in

PAGES = (sign_in, inbox_pages, case_pages, counter_pages, verification_pages)


def add_desk(app: FastAPI, office: Office) -> None:
    """Add the desk to the portal.

    Args:
        app: The portal.
        office: What the desk is made of.
    """
    app.state.office = office
    for page in PAGES:
        app.include_router(page.router, include_in_schema=False)
        app.include_router(page.router, prefix="/en", include_in_schema=False)
    app.add_exception_handler(SignedOutError, to_sign_in)
    app.add_exception_handler(counter_pages.NoCounterError, counter_pages.no_counter)
    for refusal in (FormError, NotHereError):
        app.add_exception_handler(refusal, refused)
