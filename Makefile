# Copyright (c) 2026 edgeops.logpush contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# The environments need Python 3.11 to 3.13. Everything generated is in .cache/.
PYTHON ?= python3
RUN := .cache/venv-run/bin/python
TEST := .cache/venv-test/bin/python
ECOSYSTEM := .cache/venv-ecosystem/bin/python
NOX := .cache/venv-nox/bin/python
BENCH := .cache/venv-bench/bin/python
# For example: make bench OPTIONS=--quick
OPTIONS ?=

.PHONY: help demo play test ecosystem lint format matrix bench guides docs screenshots release acceptance findings clean

help: ## List the targets (the default)
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .cache/venv-run/ready ## Show the collection at work, against simulated Cloudflare and Splunk (OPTIONS=nodes, cluster, deployment_server or cloud: another Splunk topology)
	@$(RUN) tests/demo/run.py $(OPTIONS)

play: .cache/venv-run/ready ## Keep simulated Cloudflare and Splunk running, with five commands to try in a second shell (OPTIONS=--large: 1,000 zones); Ctrl-C ends it
	@$(RUN) tests/play/run.py $(OPTIONS)

test: .cache/venv-test/ready ## Run the fast checks and the tests, or some tests: make test OPTIONS="tests/unit -k filter", OPTIONS=--lf
	@$(TEST) tests/run.py test $(OPTIONS)

ecosystem: .cache/venv-ecosystem/ready .cache/venv-splunkapps/ready ## Run the checks and tests with third-party tools, such as ansible-test sanity, AWX's client, ansible-runner and Chromium, and the tests of make demo, play, bench and acceptance
	@$(ECOSYSTEM) tests/run.py ecosystem $(OPTIONS)

lint: .cache/venv-test/ready ## Run the fast checks, or those named: make lint OPTIONS="ruff mypy"; OPTIONS=sanity takes longer, and is part of make ecosystem
	@$(TEST) tests/run.py lint $(OPTIONS)

format: .cache/venv-test/ready ## Format all Python, and correct what ruff can correct
	@$(dir $(TEST))ruff check --fix --quiet . ; $(dir $(TEST))ruff format .

matrix: .cache/venv-nox/ready ## Run the tests on every installed Python and ansible-core (two hours; OPTIONS="-s sanity" runs one kind)
	@$(NOX) -m nox $(OPTIONS)

bench: .cache/venv-bench/ready ## Measure how fast a rollout is, and write docs/bench.md (15 minutes; OPTIONS=--scale: the cost per zone with up to 20,000 zones; OPTIONS=--audit-page: only the audit page in Chromium; OPTIONS=--help lists more)
	@$(BENCH) tests/bench/run.py $(OPTIONS)

guides: .cache/venv-test/ready ## Run the examples of the README and the guides, and write their output into the pages (OPTIONS="guide_audit README": some of them)
	@$(TEST) tests/run.py guides $(OPTIONS)

docs: .cache/venv-test/ready ## Write the generated pages and build the documentation site (OPTIONS=--external-links checks links to other sites)
	@$(TEST) tests/run.py docs $(OPTIONS)

screenshots: .cache/venv-ecosystem/ready ## Write the pictures in docs/images from runs on the simulator, with Chromium
	@$(ECOSYSTEM) tests/screenshots/run.py

release: .cache/venv-test/ready ## Make a release: make release VERSION=1.0.0 (OPTIONS=--check shows what it would do)
	@$(dir $(TEST))ansible-playbook release/release.yml -e release_version=$(VERSION) $(OPTIONS)

acceptance: .cache/venv-run/ready ## Run the collection on a real zone and Splunk, and report where the simulator differs
	@$(RUN) tests/acceptance/run.py $(OPTIONS)

findings: ## Run every script in findings/ and list which still hold (five minutes; OPTIONS="hcl hec": some of them)
	@$(PYTHON) tests/findings.py $(OPTIONS)

clean: ## Remove everything generated
	rm -rf .cache .ansible .pytest_cache tests/output
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# One environment for each file of pinned requirements, rebuilt when the file changes.
.cache/venv-%/ready: requirements/%.txt
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) not found: install Python 3.11 to 3.13, or name one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
		|| { echo "$(PYTHON) is $$($(PYTHON) -V 2>&1): name one of 3.11 to 3.13, for example: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "$(PYTHON) has no venv module: install it (on Debian and Ubuntu: apt-get install python3-venv)"; exit 1; }
	@echo "Preparing $(@D) (only the first time, about a minute)"
	@rm -rf $(@D)
	@$(PYTHON) -m venv $(@D)
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@
