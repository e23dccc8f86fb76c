# Everything here is safe to repeat. `make run` and `make test` are all a newcomer needs.

PYTHON ?= python3
BIN := .venv/bin
UV := .venv/uv/bin/uv
UV_VERSION := 0.13.9

.PHONY: run test test-fast fuzz coverage ui lint benchmark lock clean

run: .venv/.installed  ## Set everything up, then run the main job on the sample city.
	$(BIN)/jsc run

# One process per core, each given whole files in their order: those that take longest come first (tests/conftest.py).
PARALLEL := --numprocesses logical --dist loadfile --no-loadscope-reorder

test: .venv/.installed  ## The same, then all tests.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pytest $(PARALLEL)

test-fast: .venv/.installed  ## Unit and architecture with a fifth of the examples, for the inner loop.
	$(BIN)/pytest $(PARALLEL) --hypothesis-profile fast tests/unit tests/architecture

fuzz: .venv/.installed  ## The property tests with other examples each time, and ten times as many.
	$(BIN)/pytest $(PARALLEL) --hypothesis-profile fuzz -m hypothesis tests

coverage: .venv/.installed  ## All tests, and at least so much of the code run by them as pyproject.toml says.
	$(BIN)/pytest $(PARALLEL) --cov --cov-report=term

ui: .venv/.installed  ## Open the Dagster UI.
	$(BIN)/jsc ui

lint: .venv/.installed  ## Everything that reads the code without running it.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	eval "$$($(BIN)/jsc up)" && $(BIN)/sqlfluff lint --processes 0 dbt_project/models

.venv/.prerequisites:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or 3.12 was expected, none was found. Install it: apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' || { echo "Python 3.11 or 3.12 was expected, $$($(PYTHON) --version) was found. Install it: apt-get install python3.11 python3.11-venv, then make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv was expected and not found. Install it: apt-get install python3-venv"; exit 1; }
	@test "$$(uname -sm)" = "Linux x86_64" || { echo "Linux on x86_64 was expected, $$(uname -sm) was found: uv.lock holds no packages for it. Add its platform to pyproject.toml and run make lock"; exit 1; }
	@mkdir -p .venv && touch $@

$(UV): .venv/.prerequisites
	$(PYTHON) -m venv .venv/uv
	.venv/uv/bin/pip install --quiet uv==$(UV_VERSION)

# uv.lock names files, not hosts: pip fetches them from wherever it is configured to (a city behind
# its own mirror changes nothing here), and uv installs exactly the locked files from the folder wheels.
.venv/.installed: uv.lock pyproject.toml $(UV)
	$(UV) export --quiet --frozen --no-emit-project --no-hashes --no-annotate --no-header --output-file .venv/requirements.txt
	.venv/uv/bin/pip download --quiet --quiet --no-deps --dest wheels --requirement .venv/requirements.txt
	.venv/uv/bin/pip download --quiet --quiet --no-deps --dest wheels setuptools==80.9.0
	$(UV) venv --quiet --allow-existing --python $(PYTHON) .venv
	$(UV) sync --quiet --frozen --compile-bytecode
	$(BIN)/dbt --quiet parse --project-dir dbt_project --profiles-dir dbt_project
	@touch $@

benchmark: .venv/.installed  ## Also install what `jsc bench forecast --panel` measures against.
	$(UV) export --quiet --frozen --only-group benchmark --no-hashes --no-annotate --no-header --output-file .venv/benchmark.txt
	.venv/uv/bin/pip download --quiet --quiet --no-deps --dest wheels --requirement .venv/benchmark.txt
	$(UV) sync --quiet --frozen --compile-bytecode --group benchmark

# Without the project's configuration uv does not know that mlforecast runs on this pandas: the override says it.
lock: $(UV)  ## Resolve again after changing a dependency.
	grep --only-matching 'pandas==[0-9.]*' pyproject.toml > .venv/overrides.txt
	for version in 3.11 3.12; do \
		$(UV) --no-config pip compile --quiet --group dev --group benchmark --override .venv/overrides.txt --python-version $$version --no-annotate --no-header pyproject.toml --output-file .venv/resolved-$$version.txt && \
		.venv/uv/bin/pip download --quiet --quiet --no-deps --only-binary=:all: --python-version $$version --dest wheels --requirement .venv/resolved-$$version.txt setuptools==80.9.0 || exit 1; \
	done
	$(UV) lock

clean:  ## Stop the database and remove everything that was made here.
	-$(BIN)/jsc down
	rm -rf .jsc .venv wheels dbt_project/target
