# Every target makes what it needs: .venv from requirements.txt, once.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.done
OTTER := .venv/.otter
BROWSER := .venv/.browser
SITE = $(BIN)/jupyter-book build -W -n --keep-going -q > /dev/null
COMMITTED = book --config _config.yml --path-output .
# Without --no-compile pip compiles 13,000 files, few of which are ever imported: 5 minutes instead of 1, measured.
PIP = $(BIN)/pip install --quiet --disable-pip-version-check --no-compile
# make TORCH=cpu or TORCH=cuda takes that build of torch from torch's own index; without it pip chooses, on Linux that for CUDA.
TORCH_INDEX = https://download.pytorch.org/whl/$(TORCH:cuda=cu130)
ifneq ($(filter-out cpu cuda,$(TORCH)),)
  $(error TORCH=$(TORCH) names no build of torch; allowed: cpu, cuda)
endif
# Kept even where the shell says otherwise: else each of some hundred processes compiles torch anew, for seconds.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/.venv/pycache
NBVAL = TQDM_DISABLE=1 OMP_NUM_THREADS=1 $(BIN)/pytest --nbval-lax --nbval-current-env --nbval-cell-timeout=600 -n 2 --dist loadfile

.PHONY: help book site epub zip paper notebooks verdicts lab assignments grade slides test lint audit links lock bench-train bench-plane bench-curve bench-predict bench clean

help:  ## say what there is
	@echo "make TARGET, where TARGET is"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' Makefile

book: $(READY)  ## run every chapter from scratch at the quick preset and build the site from it, in _build/book
	$(BIN)/python book/build.py run --preset quick --to _build/quick
	$(SITE) _build/quick --config _build/quick/_config.yml --path-output _build/quick
	rm -rf _build/book && mv _build/quick/_build/html _build/book
	@echo "Open file://$(CURDIR)/_build/book/index.html"

site: $(READY)  ## build the site from the notebooks as committed, at the paper preset, in _build/html
	$(SITE) $(COMMITTED)
	@echo "Open file://$(CURDIR)/_build/html/index.html"

epub: $(READY)  ## make the book for e-readers, _build/loss-landscape.epub
	$(PIP) -r requirements-epub.txt -c requirements.txt
	$(SITE) $(COMMITTED) --builder=custom --custom-builder=epub
	cp _build/epub/loss-landscape.epub _build

zip: site  ## put the whole site into one file, _build/loss-landscape.zip, which opens without a server or network
	cd _build && ../$(BIN)/python -m zipfile -c loss-landscape.zip html

paper: $(READY)  ## compute what the published results lack of the paper's scale; SCALE="resnet20=3x8" asks for less of a network
	$(BIN)/python book/build.py paper $(SCALE)

notebooks: $(READY)  ## write book/*.ipynb anew from the .md and the published results; ONLY=04-subspaces for one
	$(BIN)/python book/build.py notebooks $(ONLY)

verdicts: $(READY)  ## run the chapters at the quick preset, note their claims, write the page of verdicts; ONLY=04-subspaces for one
	$(BIN)/python book/build.py run --preset quick --to _build/quick $(ONLY)
	$(BIN)/python book/build.py verdicts _build/quick

lab: $(READY)  ## open a copy of the chapters in JupyterLab, in _build/lab; what you change there stays
	$(BIN)/python book/build.py lab
	$(BIN)/jupyter lab _build/lab

assignments: $(OTTER)  ## write assignments into _build/assignments; CH=03 for one, FOR=gradescope, nbgrader, classroom or colab
	$(BIN)/python book/assign.py write --ch "$(CH)" --for "$(or $(FOR),otter)"

grade: $(OTTER)  ## grade a folder of notebooks: CH=03 IN=folder OUT=grades.csv
	$(BIN)/python book/assign.py grade --ch "$(CH)" --in "$(IN)" --out "$(or $(OUT),grades.csv)"

slides: $(READY)  ## write slides for each chapter, one file each, into _build/slides; CH=03 for one
	$(BIN)/python book/build.py slides $(CH)

test: $(READY)  ## run all tests, then every chapter at both presets
	$(BIN)/pytest -n 2 --dist loadfile
	rm -rf _build/test
	LDIV_PRESET=paper LDIV_RUNS=_build/test/paper $(NBVAL) book/[0-9]*.ipynb
	LDIV_PRESET=quick LDIV_RUNS=_build/test/quick $(NBVAL) --nbval-sanitize-with tests/numbers.cfg book/0*.ipynb book/your-own.ipynb
	LDIV_PRESET=quick LDIV_RUNS=_build/test/quick $(NBVAL) --nbval-sanitize-with tests/digits.cfg book/[12]*.ipynb

lint: $(READY)  ## check style, imports between rooms, pairs and shell syntax; list results not verified for this code
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/python book/build.py check
	bash -n .ci/run

audit: $(READY)  ## compute the published results again where nothing must be trained; mark them verified, or fail
	$(BIN)/python book/build.py audit

links: $(READY)  ## check every link to the outside
	$(SITE) $(COMMITTED) --builder linkcheck

bench-train: $(READY)  ## compare training as usual with training as here; ends with their ratio
	$(BIN)/python benchmarks/bench_train.py

bench-plane: $(READY)  ## compare a plane by the package loss-landscapes with one by predict; ends with their ratio
	$(BIN)/python benchmarks/bench_plane.py

bench-curve: $(READY)  ## compare training curves between networks as usual with that as here; ends with their ratio
	$(BIN)/python benchmarks/bench_curve.py

bench-predict: $(READY)  ## compare a Multi-SWAG prediction as usual with that by predict; ends with their ratio
	$(BIN)/python benchmarks/bench_predict.py

bench: $(READY)  ## run every benchmark
	set -e; for file in benchmarks/bench_*.py; do echo "$$file"; $(BIN)/python "$$file"; done

# Without torch, torchvision and what torch brings for CUDA: their files differ from build to build.
lock:  ## choose every package anew for requirements.txt, into requirements.lock; needs uv
	mkdir -p _build
	uv pip compile --quiet --universal --python-version 3.11.4 --generate-hashes --no-annotate --no-header \
	    requirements.txt > _build/lock.txt
	{ echo "# What pip chooses for requirements.txt with Python 3.11.4 or later, each file by its hash; make lock writes this."; \
	  echo "# The files of these two differ from build to build:"; \
	  sed -n 's/^torch/# &/p' requirements.txt; \
	  awk '/^[^ ]/ { keep = !/^(torch|torchvision|triton|cuda-|nvidia-)/ } keep' _build/lock.txt; } > requirements.lock

clean:  ## remove all that was made here, except runs/, data/ and _build/lab
	if [ -d _build ]; then find _build -mindepth 1 -maxdepth 1 ! -name lab -exec rm -rf {} +; fi
	rm -rf .venv build *.egg-info .pytest_cache .ruff_cache
	find book ldiv_utils tests benchmarks \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11, 4))' || \
	    { echo "The book needs Python 3.11.4 or later: name one by make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || \
	    { echo "$(PYTHON) lacks its venv module: install it (on Debian and Ubuntu, package python3-venv)" >&2; exit 1; }
	@echo "Making .venv: some minutes, once"
	$(PYTHON) -m venv .venv
	$(if $(LOCK),$(PIP) --no-deps -r requirements.lock)
	$(if $(TORCH),$(PIP) --no-deps --index-url $(TORCH_INDEX) $$(grep ^torch requirements.txt))
	$(PIP) -r requirements.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

# Beside ours and held to their versions: it changes none of them.
$(OTTER): assignments/requirements.txt $(READY)
	$(PIP) -r assignments/requirements.txt -c requirements.txt
	@touch $@

$(BROWSER): tests/requirements-browser.txt $(READY)
	$(PIP) -r tests/requirements-browser.txt -c requirements.txt
	@touch $@
