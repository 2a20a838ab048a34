# Two commands on a fresh machine: `make demo` and `make test`. Needs Python 3.11 or later and make, nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ENGINE := 2026.1
CLANG ?= clang++
FUZZ_SECONDS ?= 1800
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test lint names examples screenshots fit bench kills lossless fuzz requirements clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

setup: $(VENV)/.run ## Set up what Tocsin needs to run, into .venv

setup-dev: $(VENV)/.dev

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Tocsin needs Python 3.11 or later; set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.txt requirements/build.txt pyproject.toml CMakeLists.txt $(wildcard native/*) | $(BIN)/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/run.txt -r requirements/build.txt
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q src
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

demo: setup ## Screen a small customer file against the starter register, without any network
	@$(BIN)/tocsin demo

test: setup-dev ## Run all tests, on all processors; those on real lists run where ../shared/data is
	@$(BIN)/python -m pytest -n auto --dist loadscope --no-loadscope-reorder

lint: setup-dev ## Check style and types
	@$(BIN)/ruff check .
	@$(BIN)/mypy

names: setup-dev ## Check the name data (src/tocsin/names/data) and write the file that the matcher loads
	@$(BIN)/python tools/make_names.py

examples: setup-dev ## Answer the examples of the README anew, and draw its picture
	@$(BIN)/python tools/make_examples.py

screenshots: setup-dev ## Take the pictures of the docs (docs/pictures) anew, in Chromium
	@PICTURES=$(CURDIR)/docs/pictures CI=true $(BIN)/python -m pytest -p no:cacheprovider tests/e2e/test_pictures.py --deselect tests/e2e/test_pictures.py::test_the_docs_show_each_picture_and_together_they_are_small

fit: setup-dev ## Fit the scorer on the development data, with cross-validation and a calibration report
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/fit.txt
	@$(BIN)/python tools/fit.py ../shared/data $(ENGINE)

bench: setup-dev ## Measure accuracy, speed and memory on the real lists, beside nomenklatura and string measures
	@$(BIN)/python bench/run.py

lossless: setup-dev ## Ask the index and a comparison with every name of the real lists the same, for all names of the tests (minutes)
	@TOCSIN_LOSSLESS=all $(BIN)/python -m pytest tests/reference/test_index_against_brute_force.py

kills: setup-dev ## Kill the service 50 times at random moments under load: no wrong answer, nothing lost
	@$(BIN)/python tools/kills.py

fuzz: build/fuzz/kernel ## Try the native kernel with inputs made up by clang's libFuzzer, for FUZZ_SECONDS (1800)
	@mkdir -p build/fuzz/corpus
	cd build/fuzz && ./kernel corpus $(CURDIR)/native/fuzz_corpus -max_len=2048 -max_total_time=$(FUZZ_SECONDS) -timeout=20 \
	  -rss_limit_mb=4096 -print_final_stats=1

build/fuzz/kernel: $(wildcard native/*.hpp native/fuzz.cpp)
	@command -v $(CLANG) > /dev/null || { echo "make fuzz needs clang with libFuzzer (Debian: apt-get install clang); set CLANG=/path/to/clang++"; exit 1; }
	@mkdir -p build/fuzz
	$(CLANG) -std=c++20 -O2 -g -Wall -Wextra -Werror -ffp-contract=off -fno-omit-frame-pointer -fno-sanitize-recover=all \
	  -fsanitize=fuzzer,address,undefined,float-cast-overflow -D_GLIBCXX_ASSERTIONS native/fuzz.cpp -o $@

requirements: setup-dev ## Pin all requirements anew, with hashes
	@$(BIN)/python -m pip install --quiet uv
	@for part in build run traces dev fit; do $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --no-annotate requirements/$$part.in -o requirements/$$part.txt; done
	@for part in peer_build peer; do $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --no-annotate bench/$$part.in -o bench/$$part.txt; done

clean: ## Remove the virtual environment and all caches
	rm -rf $(VENV) bench/.peer .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist src/*.egg-info
