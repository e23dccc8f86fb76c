"""Vendors that answer JSON: Meta's Graph API, the X API v2, and the lists of the city's apps.

Belongs here: pages, cursors and windows as each vendor has them.
Does not belong here: files and rows (exports.py), the server and its connections (vendors.py).
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sample_city.exchange import ACCOUNT_ID, Answer, Feed, Question, Trouble, json_answer, unknown
from sample_city.feeds import Item
from sample_city.model import Channel

_VERSION = "v23.0"
# Below which a comment stands that names no picture: the city's own of the day.
PICTURE = "17900000000000001"


class Graph:
    """Edges of nodes, newest first, each page with the cursor of the next.

    Args:
        edges: Nodes of each edge, by its path.
        size: Nodes of a page at most.
        link: Address before the path of an edge in the link to its next page.
        token: The asker's, which Meta repeats in its links.
    """

    def __init__(self, edges: Mapping[str, Sequence[Item]], size: int, link: str, token: str) -> None:
        self._edges = edges
        self._size = size
        self._link = link
        self._token = token

    def __call__(self, question: Question) -> Answer:
        """Answer one page of an edge."""
        edge = question.path.removeprefix(f"{_VERSION}/")
        if edge not in self._edges:
            return refused("Unsupported get request", 100)
        after = question.query.get("after")
        if after is not None and question.trouble is Trouble.MISSING_PAGE:
            return refused("The cursor has expired", 100)
        start = _offset(after)
        if question.trouble is Trouble.REPEATED_PAGE:
            start = max(start - self._size, 0)
        # The same server, by a name that is another host to whoever asks.
        link = self._link.replace("127.0.0.1", "localhost") if question.trouble is Trouble.FOREIGN_NEXT else self._link
        return json_answer(self._page(edge, self._nodes_within(edge, question.query), start, link))

    def _nodes_within(self, edge: str, query: Mapping[str, str]) -> list[Item]:
        """Nodes of the span that a query names, both ends included."""
        since, until = float(query.get("since", "-inf")), float(query.get("until", "inf"))
        nodes = [node for node in self._edges[edge] if since <= node.at.timestamp() <= until]
        return sorted(nodes, key=lambda node: node.at, reverse=True)

    def _page(self, edge: str, nodes: Sequence[Item], start: int, link: str) -> dict[str, Any]:
        some = nodes[start : start + self._size]
        end = start + len(some)
        if not some:
            return {"data": []}
        paging: dict[str, Any] = {"cursors": {"before": _cursor(start), "after": _cursor(end)}}
        if end < len(nodes):
            query = f"access_token={self._token}&limit={self._size}&after={_cursor(end)}"
            paging["next"] = f"{link}/{_VERSION}/{edge}?{query}"
        return {"data": [self._node(node) for node in some], "paging": paging}

    def _node(self, item: Item) -> dict[str, Any]:
        """A node with the first page of what was written below it."""
        below = f"{item.body.get('id')}/comments"
        if below not in self._edges:
            return dict(item.body)
        return {**item.body, "comments": self._page(below, self._edges[below], 0, self._link)}


def facebook(items: Sequence[Item], size: int, link: str, token: str) -> Feed:
    """Serve posts in the page's feed; a post's `comments` are the list of what was written below it."""
    edges = {f"{ACCOUNT_ID}/feed": [Item(item.channel, item.at, _without_comments(item.body)) for item in items]}
    for item in items:
        if item.body.get("comments"):
            comments = [Item(item.channel, item.at, comment) for comment in item.body["comments"]]
            edges[f"{item.body['id']}/comments"] = comments
    return Graph(edges, size, link, token)


def instagram(items: Sequence[Item], size: int, link: str, token: str) -> Feed:
    """Serve comments below the account's pictures, and pictures that tag it.

    An item with `text` is a comment, below the picture that its `media` names, if any; any other is a picture that
    tags the city. A picture of the city's own is as old as its first comment.
    """
    below: defaultdict[str, list[Item]] = defaultdict(list)
    for item in items:
        if "text" in item.body:
            below[item.body.get("media", {}).get("id", PICTURE)].append(item)
    pictures = []
    for media_id, comments in below.items():
        at = min(comment.at for comment in comments)
        pictures.append(Item(Channel.INSTAGRAM, at, {"id": media_id, "timestamp": f"{at:%Y-%m-%dT%H:%M:%S%z}"}))
    edges = {
        f"{ACCOUNT_ID}/media": pictures,
        f"{ACCOUNT_ID}/tags": [item for item in items if "text" not in item.body],
        **{f"{media_id}/comments": comments for media_id, comments in below.items()},
    }
    return Graph(edges, size, link, token)


def x(items: Sequence[Item], size: int) -> Feed:
    """Serve mentions; a body is the API's answer about one tweet: `data` and what `includes` joins to it."""
    newest_first = sorted(items, key=lambda item: item.at, reverse=True)

    def answer(question: Question) -> Answer:
        if question.path != f"2/users/{ACCOUNT_ID}/mentions":
            return unknown(question)
        token = question.query.get("pagination_token")
        if token is not None and question.trouble is Trouble.MISSING_PAGE:
            return json_answer({"title": "Invalid Request", "status": 400}, 400)
        start = _offset(token)
        if question.trouble is Trouble.REPEATED_PAGE:
            start = max(start - size, 0)
        tweets = _within(newest_first, question.query, "start_time", "end_time")
        return json_answer(_envelope(tweets[start : start + size], start + size, len(tweets)))

    return answer


def pages(items: Sequence[Item], size: int) -> Feed:
    """Serve a list of reports by the number of the page, from 1; behind the last page all are empty."""
    oldest_first = sorted(items, key=lambda item: item.at)

    def answer(question: Question) -> Answer:
        if question.path != "reports":
            return unknown(question)
        number = int(question.query.get("page", "1"))
        if question.trouble is Trouble.REPEATED_PAGE:
            number -= 1
        reports = [item.body for item in _within(oldest_first, question.query, "start", "end")]
        page = reports[(number - 1) * size : number * size]
        return json_answer({"data": [] if question.trouble is Trouble.MISSING_PAGE else page})

    return answer


def _within(items: Sequence[Item], query: Mapping[str, str], start: str, end: str) -> list[Item]:
    """Items of the half-open span that a query names in ISO 8601."""
    first = datetime.fromisoformat(query[start]) if start in query else datetime.min.replace(tzinfo=UTC)
    last = datetime.fromisoformat(query[end]) if end in query else datetime.max.replace(tzinfo=UTC)
    return [item for item in items if first <= item.at < last]


def _envelope(tweets: Sequence[Item], end: int, total: int) -> dict[str, Any]:
    meta: dict[str, Any] = {"result_count": len(tweets)}
    if end < total:
        meta["next_token"] = _cursor(end)
    if not tweets:
        return {"meta": meta}
    includes: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for tweet in tweets:
        for kind, things in tweet.body.get("includes", {}).items():
            includes[kind] |= {str(thing.get("id", thing.get("media_key"))): thing for thing in things}
    joined = {kind: list(things.values()) for kind, things in includes.items()}
    return {"data": [tweet.body["data"] for tweet in tweets], "includes": joined, "meta": meta}


def _without_comments(post: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in post.items() if name != "comments"}


def refused(message: str, code: int) -> Answer:
    """Answer an error of the Graph API, which has status 400 whatever the matter."""
    return json_answer({"error": {"message": message, "type": "OAuthException", "code": code}}, 400)


def _cursor(offset: int) -> str:
    return urlsafe_b64encode(f"from {offset:09d}".encode()).decode()


def _offset(cursor: str | None) -> int:
    return 0 if cursor is None else int(urlsafe_b64decode(cursor).split()[1])
