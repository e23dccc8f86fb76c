# Everything here is safe to repeat. `make run` and `make test` are all a newcomer needs.

PYTHON ?= python3
BIN := .venv/bin
# Every file by its hash, from wherever pip is configured to fetch. What has no wheel for a platform (watchdog for Python
# 3.14 on macOS) is built by locked builders too, which is why they are installed first. dagster-dbt does not declare
# Python 3.14 yet and runs there (requirements-overrides.txt).
PIP := $(BIN)/pip --quiet --quiet --disable-pip-version-check
INSTALL := $(PIP) install --require-hashes --no-deps --no-build-isolation --ignore-requires-python
# uv writes the locks for every platform at once; nothing but `make lock` needs it.
UV_VERSION := 0.13.9
COMPILE := .venv/uv/bin/uv --no-config pip compile --quiet --universal --python-version 3.11 --generate-hashes --override requirements-overrides.txt --no-annotate --custom-compile-command "make lock"

.PHONY: install run test test-system test-fast fuzz coverage ui lint sbom benchmark survival lock clean

install: .venv/.installed  ## Set everything up in .venv.

run: install  ## The same, then run the main job on the sample city.
	$(BIN)/jsc run

# Each process is given whole files in their order: those of tests/integration, which take longest, come before the
# unit's. Tests wait for servers, browsers and programs a third of their time: two processes more than there are cores.
PARALLEL := --dist loadfile --no-loadscope-reorder --numprocesses
TWO_MORE := $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 2)))

test: install  ## The same, then all tests but those of the system.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pytest $(PARALLEL) $(TWO_MORE) -m "not system"

test-system: install  ## The tests that start services, mount disks, upgrade, restore, break machines and live through sixty weeks.
	$(BIN)/pytest $(PARALLEL) $(TWO_MORE) -m system tests/integration

test-fast: install  ## Unit, cities and architecture without the real data, the slow tests and most examples: the inner loop.
	$(BIN)/pytest $(PARALLEL) logical --hypothesis-profile fast -m "not real and not slow" tests/unit tests/cities tests/architecture

fuzz: install  ## The property tests with other examples each time, and ten times as many.
	$(BIN)/pytest $(PARALLEL) logical --hypothesis-profile fuzz -m hypothesis tests

coverage: install  ## All tests, and at least so much of the code run by them as pyproject.toml says.
	$(BIN)/pytest $(PARALLEL) $(TWO_MORE) --cov --cov-report=term

ui: install  ## Open the Dagster UI.
	$(BIN)/jsc ui

lint: install  ## Everything that reads the code without running it.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	eval "$$($(BIN)/jsc up)" && $(BIN)/sqlfluff lint --processes 0 dbt_project/models

.venv/.prerequisites:
	@case "$$(uname -sm)" in \
		"Linux x86_64" | "Linux aarch64" | "Darwin arm64") ;; \
		MINGW* | MSYS* | CYGWIN*) echo "Linux or macOS was expected, Windows was found. Use WSL: wsl --install Debian, then run make there"; exit 1 ;; \
		*) echo "Linux (x86_64, aarch64) or macOS (arm64) was expected, $$(uname -sm) was found: not every dependency has a wheel for it. Use one of those machines"; exit 1 ;; \
	esac
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 to 3.14 was expected, no $(PYTHON) was found. Install it: apt-get install python3 python3-venv (macOS: brew install python@3.13)"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' || { echo "Python 3.11 to 3.14 was expected, $$($(PYTHON) --version) was found. Install one and name it: apt-get install python3.11 python3.11-venv (macOS: brew install python@3.13), then make install PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv and pip were expected and not found. Install them: apt-get install python3-venv"; exit 1; }
	@mkdir -p .venv && touch $@

.venv/.installed: requirements.txt pyproject.toml | .venv/.prerequisites
	@echo "Installing requirements.txt into .venv, which takes a minute or two ..."
	@$(PYTHON) -m venv .venv
	@sed -n -e '/^packaging==/,/[^\\]$$/p' -e '/^setuptools==/,/[^\\]$$/p' requirements.txt > .venv/builders.txt
	@$(INSTALL) --requirement .venv/builders.txt
	@$(INSTALL) --requirement requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# Licences that let a city run, change and pass on the platform; the text of each package's own counts.
# axe-playwright-python names none in its metadata; its files say MIT, and MPL 2.0 of axe-core within.
UNNAMED := axe-playwright-python
LICENCES := Apache;BSD;0BSD;Public Domain;MIT;ISC;MPL;Mozilla;PSF;Python Software Foundation;LGPL;Artistic

sbom: install .venv/supply/.installed  ## List what is installed (CycloneDX) and its licences; refuse one that is not allowed.
	@mkdir -p build
	.venv/supply/bin/cyclonedx-py environment --output-reproducible --pyproject pyproject.toml --output-file build/sbom.cdx.json $(BIN)/python
	.venv/supply/bin/pip-licenses --python=$(BIN)/python --format=markdown --with-urls --order=license --partial-match --allow-only="$(LICENCES)" --ignore-packages $(UNNAMED) --output-file=build/licences.md

.venv/supply/.installed: requirements-supply.txt | .venv/.installed
	@$(PYTHON) -m venv .venv/supply
	@.venv/supply/bin/pip --quiet --quiet --disable-pip-version-check install --require-hashes --no-deps --requirement requirements-supply.txt
	@touch $@

benchmark: install  ## Also install what `jsc bench forecast --panel` measures against.
	@$(INSTALL) --requirement requirements-benchmark.txt

survival: install  ## Also install what the curves of the cohorts are held against.
	@$(INSTALL) --requirement requirements-survival.txt

lock: .venv/.prerequisites  ## Resolve again after changing a dependency; what need not change stays.
	@$(PYTHON) -m venv .venv/uv
	@.venv/uv/bin/pip --quiet --quiet --disable-pip-version-check install uv==$(UV_VERSION)
	$(COMPILE) --group dev --output-file requirements.txt pyproject.toml
	$(COMPILE) --group benchmark --constraint requirements.txt --output-file requirements-benchmark.txt
	$(COMPILE) --group survival --constraint requirements.txt --output-file requirements-survival.txt
	$(COMPILE) --group supply --output-file requirements-supply.txt

clean:  ## Stop the database and remove everything that was made here.
	-$(BIN)/jsc down
	rm -rf .jsc .venv build dbt_project/target
