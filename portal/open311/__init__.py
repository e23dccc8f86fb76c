"""Open311 GeoReport v2: the city's reports read and filed by anybody's program.

Belongs here: that interface alone. Does not belong here: which reports may be listed (dbt: mart_open_complaints), what
a number may show (database/migrations), our own JSON (portal/api.py).
"""
