# The one task runner, the same for people and CI. `make help` lists what it does.
VENV ?= .venv
STAMP := $(VENV)/.installed
UV_VERSION := 0.13.9

export PATH := $(abspath $(VENV))/bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help preview test check lint types imports format docs docs-sync conformance bench fuzz wheel node-packages lock clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(STAMP): constraints.txt pyproject.toml scripts/environment
	@scripts/environment $(VENV)
	@touch $@

preview: $(STAMP)  ## preview the sample app (ARGS="--port 4000")
	forestage preview $(ARGS)

test: $(STAMP)  ## run every test and print the coverage (ARGS="tests/load -k intrinsics")
	@python -m scripts.node_packages || true
	pytest --cov $(ARGS)

check: lint types imports docs  ## lint, formatting, types, import rules, documentation

lint: $(STAMP)  ## ruff, and whether everything is formatted
	ruff check
	ruff format --check

types: $(STAMP)  ## mypy
	mypy

imports: $(STAMP)  ## who may import whom
	lint-imports

format: $(STAMP)  ## format, and mend what ruff can mend
	ruff check --fix-only
	ruff format

docs: $(STAMP)  ## build the documentation into site/
	mkdocs build --strict --quiet

docs-sync: $(STAMP)  ## write the generated parts of the documentation anew
	python -m scripts.documentation

conformance: $(STAMP)  ## hold the preview against conformance/ (ARGS="--listed", "--update", "--only 'rest-mock-*'")
	python -m scripts.conformance $(ARGS)

bench: $(STAMP)  ## measure speed, start-up and memory (ARGS="--only mock,proxy")
	python -m benchmarks.run $(ARGS)

fuzz: $(STAMP)  ## hold the preview against input that nobody sane would send (ARGS="--seconds 3600 --seed 1")
	python -m benchmarks.fuzz $(ARGS)

wheel: $(STAMP)  ## build the wheel, and try it in a clean environment outside this folder
	python -m scripts.wheel_smoke

node-packages: $(STAMP)  ## fetch what tests need of npm, once a machine; tests themselves ask nobody
	@python -m scripts.node_packages

lock:  ## pin the dependencies of pyproject.toml anew (ARGS="--upgrade")
	python3 -m venv build/lock
	build/lock/bin/pip install -qq --disable-pip-version-check uv==$(UV_VERSION)
	build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" --extra dev --output-file constraints.txt $(ARGS) pyproject.toml

clean:  ## remove what these targets made, the environment included
	rm -rf $(VENV) build dist site .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache cdk.out
