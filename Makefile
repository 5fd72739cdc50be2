# `make app`, `make demo` and `make test` do their own set-up.
PYTHON ?= python3
BIN = .venv/bin
export TF_CPP_MIN_LOG_LEVEL = 2
REQUIREMENTS = requirements.txt $(if $(GPU),requirements-gpu.txt)
DEV = .venv/.dev
ON_BACKENDS = tests/attacks tests/planting tests/cells/test_plant_cell.py tests/cells/test_what_is_planted.py tests/networks/gradients tests/metrics tests/networks/test_training.py tests/networks/test_adversarial_training.py

.PHONY: setup backends demo reports app test test-backends screenshots lint bench bench-gpu lock clean

setup: .venv/.ready

.venv/.ready: requirements.txt requirements-gpu.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' \
		|| { echo "error: Python 3.11 or 3.12 is needed; name one with PYTHON=python3.11"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(addprefix -r ,$(REQUIREMENTS))
	-$(BIN)/python -m compileall -q -j 0 .venv/lib core reports > /dev/null 2>&1
	touch $@

$(DEV): .venv/.ready requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

demo: setup  ## Figures 7 and 10 on 5,000 MNIST digits: workspace/reports/quick/report.html
	$(BIN)/python -m core run --preset quick --out workspace/reports/quick
	$(BIN)/python -m reports render workspace/reports/quick/results.json -o workspace/reports/quick/report.html

reports: setup  ## The real report of docs/report, made again from its results; RUN=... takes another run.
	$(BIN)/python -m reports.files.published $(RUN)

app: setup  ## HOST=0.0.0.0 BASE_URL=https://... shares it, read-only; ALLOW_LAUNCH=1, ALLOW_REVIEW=1 let visitors in.
	$(BIN)/python -m streamlit run app.py $(if $(HOST),--server.address $(HOST))

test: $(DEV)
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test-backends: backends  ## Training, attacks, gradients and metrics on JAX and torch, without TensorFlow.
	for name in jax torch; do KERAS_BACKEND=$$name OMP_NUM_THREADS=1 \
		.venv-$$name/bin/python -m pytest $(ON_BACKENDS) || exit 1; done

backends: .venv-jax/.ready .venv-torch/.ready

.venv-%/.ready: requirements-%.txt requirements-base.in requirements.txt
	test -x .venv-$*/bin/python || $(PYTHON) -m venv .venv-$*
	.venv-$*/bin/python -m pip install --quiet --disable-pip-version-check \
		-r $< -c requirements-dev.txt pytest hypothesis
	touch $@

screenshots: $(DEV)  ## Every page and state of the app: workspace/screenshots/
	$(BIN)/python -m tests.browser.screenshots

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/ty check core reports app.py

bench: setup backends  ## Every speed claim; run it with nothing else running. About 15 minutes.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	.venv-torch/bin/python -m pip install --quiet --disable-pip-version-check --no-deps torchattacks==3.5.1
	$(BIN)/python -m benchmarks

bench-gpu:  ## One temperature of Figure 10 on this machine's GPU, 4 minutes a call: run it again to go on; ARGS="--epochs 1 --train 5000 --test 60" rehearses it. PYTHON=... and KERAS_BACKEND=jax or torch take an environment of your own.
	$(if $(and $(filter file,$(origin PYTHON)),$(wildcard $(BIN)/python)),$(BIN)/python,$(PYTHON)) -m benchmarks.gpu $(DATA) $(ARGS)

lock: $(DEV)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --no-header --no-emit-index-url --no-annotate requirements.in -o requirements.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --no-header --no-emit-index-url --no-annotate requirements-dev.in -o requirements-dev.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --no-header --no-emit-index-url --no-annotate requirements-bench.in -o requirements-bench.txt

clean:  ## Removes the environment and caches; the workspace with your runs stays.
	rm -rf .venv .venv-jax .venv-torch .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
