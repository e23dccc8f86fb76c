"""Meta: what its three platforms share as vendors: the Graph API's pages, refusals and limits.

Belongs here: edges of nodes, and errors. Does not belong here: the nodes (facebook.py, instagram.py, whatsapp.py).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sample_city.exchange import Answer, Feed, Host, Question, Trouble, Vendor, cursor, offset_of, told, too_many
from sample_city.model import Item

_VERSION = "v23.0"


class Graph:
    """Edges of nodes, newest first, each page with the cursor of the next.

    Args:
        edges: Nodes of each edge, by its path.
        host: Where it stands; Meta repeats the asker's token in the links to next pages.
    """

    def __init__(self, edges: Mapping[str, Sequence[Item]], host: Host) -> None:
        self._edges = edges
        self._size = host.page_size
        self._link = host.address
        self._token = host.token

    def __call__(self, question: Question) -> Answer:
        """Answer one page of an edge."""
        edge = question.path.removeprefix(f"{_VERSION}/")
        if edge not in self._edges:
            return refused("Unsupported get request", 100)
        after = question.query.get("after")
        if after is not None and question.trouble is Trouble.MISSING_PAGE:
            return refused("The cursor has expired", 100)
        start = offset_of(after)
        if question.trouble is Trouble.REPEATED_PAGE:
            start = max(start - self._size, 0)
        # The same server, by a name that is another host to whoever asks.
        link = self._link.replace("127.0.0.1", "localhost") if question.trouble is Trouble.FOREIGN_NEXT else self._link
        return told(self._page(edge, self._asked(edge, question.query), start, link))

    def _asked(self, edge: str, query: Mapping[str, str]) -> list[Item]:
        """Nodes of the span that a query names, both ends included."""
        since, until = float(query.get("since", "-inf")), float(query.get("until", "inf"))
        nodes = [node for node in self._edges[edge] if since <= node.at.timestamp() <= until]
        return sorted(nodes, key=lambda node: node.at, reverse=True)

    def _page(self, edge: str, nodes: Sequence[Item], start: int, link: str) -> dict[str, Any]:
        some = nodes[start : start + self._size]
        end = start + len(some)
        if not some:
            return {"data": []}
        paging: dict[str, Any] = {"cursors": {"before": cursor(start), "after": cursor(end)}}
        if end < len(nodes):
            query = f"access_token={self._token}&limit={self._size}&after={cursor(end)}"
            paging["next"] = f"{link}/{_VERSION}/{edge}?{query}"
        return {"data": [self._node(node) for node in some], "paging": paging}

    def _node(self, item: Item) -> dict[str, Any]:
        """A node with the first page of what was written below it."""
        below = f"{item.body.get('id')}/comments"
        if below not in self._edges:
            return dict(item.body)
        return {**item.body, "comments": self._page(below, self._edges[below], 0, self._link)}


def graph_page(bodies: list[Any]) -> dict[str, Any]:
    """A page of nodes as somebody saved it."""
    first, last = (body.get("id", "") for body in (bodies[0], bodies[-1]))
    return {"data": bodies, "paging": {"cursors": {"before": f"b{first}", "after": f"a{last}"}}}


def refused(message: str, code: int) -> Answer:
    """Answer an error of the Graph API, which has status 400 whatever the matter."""
    return told({"error": {"message": message, "type": "OAuthException", "code": code}}, 400)


def vendor(
    feed: Callable[[Sequence[Item], Host], Feed] | None,
    taken: Callable[[str], object] = lambda identity: {"id": identity},
) -> Vendor:
    """A platform of Meta, by what it gives and how it answers what is sent."""
    return Vendor(
        path=_VERSION,
        feed=feed,
        has_accounts=True,
        unauthorized=refused("Invalid OAuth access token", 190),
        too_many=lambda seconds: too_many(seconds) if seconds else refused("Application request limit reached", 4),
        taken=taken,
    )
