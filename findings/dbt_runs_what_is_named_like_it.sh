#!/usr/bin/env bash
# Guess: a run of dbt from Python runs the project's models and macros, and of Python only what the program imports.
# Instead: it imports every module and package on the path whose name begins with dbt_, for one of them might be a plugin:
#   a script dbt_reload.py that lies beside the program is run, from its first line to its last, each time that dbt is
#   asked for anything, `dbt --quiet parse` included, and what it raises ends the run of dbt.
# Versions: dbt-core 1.11.16, dbt-postgres 1.11.0, Python 3.11. Date: 2026-11-30.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check dbt-core==1.11.16 dbt-postgres==1.11.0

mkdir -p "$folder/project/models"
cat > "$folder/project/dbt_project.yml" <<'YAML'
name: areas
profile: areas
flags: {send_anonymous_usage_stats: false}
YAML
echo "areas: {target: here, outputs: {here: {type: postgres, schema: public, dbname: none, user: none, password: none,
  port: 5432, host: localhost}}}" > "$folder/project/profiles.yml"
echo "select 1 as one" > "$folder/project/models/one.sql"
# Two scripts of somebody who works with dbt, and one that parses the project.
echo "print('dbt_reload ran')" > "$folder/dbt_reload.py"
echo "print('reload_dbt ran')" > "$folder/reload_dbt.py"
cat > "$folder/parse.py" <<'PYTHON'
import sys

from dbt.cli.main import dbtRunner

where = ["--project-dir", sys.argv[1], "--profiles-dir", sys.argv[1]]
assert dbtRunner().invoke(["--quiet", "parse", *where]).success
PYTHON
said=$("$folder/venv/bin/python" "$folder/parse.py" "$folder/project")
echo "dbt-core $("$folder/venv/bin/pip" show dbt-core | sed -n 's/^Version: //p') parse printed: $said"
[ "$said" = "dbt_reload ran" ] || { echo "dbt imports otherwise now"; exit 1; }
