"""Texts that harm who shows them unheeded."""

OVERRIDE = "\u202e"
HARMFUL = {
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "SQL": "'); drop table private.complaints; --",
    "formula": "=HYPERLINK(\"http://example.org\")",
    "override": f"{OVERRIDE}txt.exe",
    "long": "a" * 1_000_000,
    "braces": "{{ 7 * 7 }} {% raw %} %(name)s %s",
}  # fmt: skip
