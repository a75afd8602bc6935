# Each target does its own set-up: Python 3.11 or newer, git and make are all it needs.

PY := .venv/bin/python
COMPILE := $(PY) -m piptools compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links \
	--no-emit-trusted-host --allow-unsafe --strip-extras

# Where the machine forbids keeping bytecode, every process of ours would compile six hundred modules as it starts.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup run test check bench lock _runtime

setup:  ## everything to run, check, test and measure with
	@bash .ci/venv requirements.lock requirements-dev.lock

_runtime:
	@bash .ci/venv requirements.lock

run: _runtime  ## the whole product with a demo city, on 127.0.0.1:$${PORT:-8000}; Ctrl-C stops it
	@exec $(PY) -m jifen.supervise

test: setup  ## the whole suite on a PostgreSQL of its own
	$(PY) -m pytest -n 2 --dist loadfile

check: setup  ## lint, types, walls
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	$(PY) -m pytest tests/house -n 2 --dist loadfile

bench: setup  ## bench.json; KEYS=a,b measures only those
	$(PY) -m bench $(KEYS)

lock: setup  ## after a change in a requirements*.in
	$(COMPILE) --output-file requirements.lock requirements.in
	$(COMPILE) --output-file requirements-dev.lock requirements-dev.in
