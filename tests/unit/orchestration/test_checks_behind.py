"""Which checks stand behind a view: its own and those of everything that it is made from, and no other."""

from orchestration.checks_behind import Behind, checks_behind

MODEL = {"resource_type": "model"}
MANIFEST = {
    "nodes": {
        "model.city.portal_units": {**MODEL, "fqn": ["city", "portal", "portal_units"], "alias": "units"},
        "model.city.mart_unit": {**MODEL, "fqn": ["city", "marts", "mart_unit"], "alias": "mart_unit"},
        "model.city.mart_other": {**MODEL, "fqn": ["city", "marts", "mart_other"], "alias": "mart_other"},
        "test.city.units_are_ranked.1": {
            "resource_type": "test", "attached_node": None, "depends_on": {"nodes": ["model.city.mart_unit"]},
        },
        "test.city.other_points_here.2": {
            "resource_type": "test", "attached_node": "model.city.mart_other",
            "depends_on": {"nodes": ["model.city.mart_unit", "model.city.mart_other"]},
        },
        "test.city.not_null_complaints.3": {
            "resource_type": "test", "attached_node": None, "depends_on": {"nodes": ["source.city.complaints"]},
        },
    },
    "sources": {"source.city.complaints": {"schema": "ledger", "name": "complaints"}},
    "parent_map": {
        "model.city.portal_units": ["model.city.mart_unit"],
        "model.city.mart_unit": ["source.city.complaints"],
        "model.city.mart_other": ["model.city.mart_unit"],
    },
}  # fmt: skip


def test_the_checks_of_a_view_are_those_of_all_that_it_is_made_from() -> None:
    assert checks_behind(MANIFEST) == [
        Behind(
            table="units",
            tests=("not_null_complaints", "units_are_ranked"),
            gates=("intake", "triage"),
            sources=("ledger.complaints", "raw.inbox"),
        )
    ]
