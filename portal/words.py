"""Words that stand in tables, for the catalogues.

Belongs here: each such word as the pages' own language has it. Does not belong here: sentences (templates).
"""

from assets.reports.language import mark

# Levels of service, by the names of traffic_levels.csv.
LEVELS = (mark("Lancar"), mark("Ramai lancar"), mark("Padat"), mark("Macet"))
# Units of the indicators, by what pillar_indicators.csv calls them.
UNITS = {
    "hours": mark("jam"),
    "reports": mark("laporan"),
    "per 10,000 residents": mark("per 10.000 penduduk"),
    "jam index (0 to 1)": mark("indeks kemacetan 0–1"),
}
