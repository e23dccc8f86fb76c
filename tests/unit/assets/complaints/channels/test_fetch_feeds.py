"""What only readers' letters do: several newspapers, of which one that fails takes none of the others away."""

import pytest

from assets.complaints.channels import media_massa
from assets.complaints.channels.media_massa import MediaMassaSource
from assets.sources.transport import SourceError
from sample_city.exchange import Trouble


def letters(vendors, window, urls):
    """The letters up to the failure, and the failure."""
    source = MediaMassaSource(url=" ".join(urls), token=vendors.token, attempts=1)
    found: list[str] = []
    try:
        for one in media_massa.fetch(window, source):
            found += [record.source_record_id for record in media_massa.split(one.read(), one.origin)]
    except SourceError as error:
        return found, str(error)
    return found, ""


@pytest.mark.parametrize("trouble", [Trouble.SERVER_ERROR, Trouble.LOGIN_PAGE, Trouble.CUT_OFF])
def test_a_newspaper_that_fails_takes_no_other_away(serve, wire_item, window, trouble):
    vendors = serve([wire_item("media_massa", 1, window.start)])
    urls = [f"{vendors.url('media_massa')}?koran={name}" for name in "abc"]
    assert letters(vendors, window, urls) == (["surat-1"] * 3, "")
    vendors.misbehave("media_massa", trouble, after=1)
    found, failure = letters(vendors, window, urls)
    assert found == ["surat-1"] * 2
    assert failure.count("expected") == 1
    vendors.misbehave("media_massa", trouble, times=3)
    found, failure = letters(vendors, window, urls)
    assert found == []
    assert failure.count("expected") == 3
