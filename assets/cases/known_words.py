"""Words by which earlier photos are found: made anew when the code makes others, and which of them many photos have.

Belongs here: their upkeep. Does not belong here: what a word is (ml/vision/photo_words), the look-up
(ledger.evidence_candidates).
"""

from collections.abc import Callable
from contextlib import AbstractContextManager

from psycopg import Connection

from assets.complaints.comparable import unpacked

Transaction = Callable[[], AbstractContextManager[Connection]]

# Photos from which a word counts as common, and photos from which that is estimated.
COMMON, SAMPLE = 200, 20_000
# Estimated anew when there are so many times as many photos.
GROWN = 1.2
# Photos whose words are made anew in one transaction.
CHUNK = 200


def renew_words(transaction: Transaction) -> int:
    """Make the words of photos anew that earlier code made; returns of how many.

    Args:
        transaction: Opens a connection and a transaction.
    """
    from ml.vision.photo_words import VERSION, words

    count = 0
    while True:
        with transaction() as connection:
            old = connection.execute(
                """
                select photo_id, picture
                from raw.evidence_photos
                inner join private.evidence_pictures using (photo_id)
                where words_version < %s
                order by photo_id
                limit %s
                """,
                [VERSION, CHUNK],
            ).fetchall()
            for photo_id, picture in old:
                connection.execute(
                    "update raw.evidence_photos set words = %s, words_version = %s where photo_id = %s",
                    [words(unpacked(picture)), VERSION, photo_id],
                )
        if not old:
            return count
        count += len(old)


def note_common_words(connection: Connection) -> int:
    """Note which words more than `COMMON` photos have, once there are a fifth more photos; returns how many.

    A look-up asks for the rarest words first, and leaves out what would take too long.
    """
    [(photos, noted)] = connection.execute(
        "select (select count(*) from raw.evidence_photos), (select max(of_photos) from ledger.common_words)"
    ).fetchall()
    if photos <= COMMON or (noted is not None and photos < GROWN * noted):
        return 0
    connection.execute("delete from ledger.common_words")
    return connection.execute(
        """
        insert into ledger.common_words (word, photos, of_photos)
        select word, count(*) * %(photos)s / max(sampled.photos), %(photos)s
        from (
            select words, count(*) over () as photos
            from raw.evidence_photos tablesample system (%(percent)s) repeatable (7)
        ) as sampled
        cross join lateral unnest(sampled.words) as word
        group by word
        having count(*) * %(photos)s / max(sampled.photos) > %(most)s
        """,
        {"photos": photos, "percent": min(100.0, 100.0 * SAMPLE / photos), "most": COMMON},
    ).rowcount
