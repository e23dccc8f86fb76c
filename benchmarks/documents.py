"""Where the documents are, and the analyst's questions in them: a benchmark times these, a test asks them.

Belongs here: paths of documents. Does not belong here: what the documents have to say (tests/architecture).
"""

import re

from database.settings import PROJECT

README = PROJECT / "README.md"
CONTRIBUTING = PROJECT / "CONTRIBUTING.md"
(
    DATA_ENGINEER, OPERATOR, ANALYST, PLANNER_AND_OFFICER, DEVELOPER, VARIABLES, THREATS, GLOSSARY, CAPACITY,
) = PAGES = tuple(
    PROJECT / "docs" / f"{page}.md"
    for page in (
        "data-engineer", "operator", "analyst", "planner-and-officer", "developer", "variables", "threats", "glossary",
        "capacity",
    )
)  # fmt: skip


def questions() -> list[str]:
    """The queries that the analyst's page asks, in its order."""
    return re.findall(r"```sql\n(.*?)```", ANALYST.read_text(encoding="utf-8"), re.DOTALL)
