"""The city on a phone: what citizens follow without a login, and the data behind it.

Belongs here: pages, their words and their cache. Does not belong here: what the figures mean (dbt_project), who may
read what (database/migrations), decisions (assets/complaints).
"""
