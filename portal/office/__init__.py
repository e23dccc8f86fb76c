"""The officers' desk: what a unit holds, for who signs in.

Belongs here: sign-in, the inbox, a case and what is booked on it. Does not belong here: who may see which case
(database/migrations: schema desk), how a case stands (dbt_project: int_desk_cases), citizens' pages (portal/).
"""
