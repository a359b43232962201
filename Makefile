# make serve    set everything up, build the index of source_texts/ (where var holds no other archive), serve it on
#               http://127.0.0.1:8000
# make test     set everything up, run all checks and tests
#
# Variables: PYTHON=python3.12  VENV=.venv  HOST=127.0.0.1  PORT=8000  TESTS="tests/archive -k deck"
#            JOBS=0 (files of tests run at a time; 0: one after the other)

PYTHON ?= python3
VENV   ?= .venv
HOST   ?= 127.0.0.1
PORT   ?= 8000
TESTS  ?= tests
JOBS   ?= 2

ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif

# Each folder of tests and scripts is checked by itself: they have modules of the same names.
SCRIPTS := $(sort $(dir $(wildcard tests/*.py tests/*/*.py benchmarks/*.py tools/*.py)))

.PHONY: serve test clean

serve:
	@$(PYTHON) tools/environment.py $(VENV) serve
	@$(BIN)/juanzong --home var rebuild source_texts --if-changed --keep-other || test $$? -eq 4  # 4: built, a file left out
	@exec $(BIN)/juanzong --home var serve --host $(HOST) --port $(PORT)

test:
	@$(PYTHON) tools/environment.py $(VENV) test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@$(foreach folder,$(SCRIPTS),MYPYPATH=$(folder):tests:benchmarks:tools $(BIN)/mypy $(folder)*.py &&) true
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup $(TESTS)

# Not var: an archive of your own texts may be in it. Not $(VENV): it may be a folder of yours.
clean:
	rm -rf .venv build *.egg-info
