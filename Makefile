# Yizhan 一站. A machine needs Python >= 3.11 and make; everything else comes from here.
#   make run      the demo county: database, web, worker, in one foreground process (Ctrl-C stops it)
#   make test     everything that proves it works; installs the browser and fonts when missing
#   make check    format, lint, imports, types, migrations, house rules
#   make bench    speed, next to the same SQL under pgbench
#   make lock     requirements*.lock anew from pyproject.toml

SHELL := /bin/sh
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet
.DEFAULT_GOAL := help
.PHONY: help install run test check bench lock needs

help:
	@sed -n 's/^#   //p' Makefile

install: .venv/installed

run: .venv/installed
	@exec $(BIN)/yizhan run

bench: .venv/installed
	@exec $(BIN)/yizhan bench

# The distribution's Python first: others are often built without optimisation, 1.2-2 times slower.
.venv/bin/python:
	@for python in "$$PYTHON" /usr/bin/python3 python3.14 python3.13 python3.12 python3.11 python3; do \
	  [ -n "$$python" ] && command -v "$$python" >/dev/null 2>&1 || continue; \
	  "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  "$$python" -m venv .venv && exit 0; \
	done; \
	echo "需要 Python 3.11 或更高版本，并带有 venv（Debian：apt-get install python3-venv）。" >&2; exit 1

.venv/installed: requirements.lock pyproject.toml | .venv/bin/python
	@echo "正在安装依赖……"
	@$(PIP) install --require-hashes --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/installed-test: requirements-test.lock .venv/installed
	@echo "正在安装测试依赖……"
	@$(PIP) install --require-hashes --requirement requirements-test.lock
	@touch $@

needs:
	@sh .ci/needs

check: .venv/installed-test
	@$(BIN)/ruff format --check --quiet . || { echo "请运行 ruff format" >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/mypy
	@DJANGO_SETTINGS_MODULE=yizhan.config.settings_test $(BIN)/yizhan flows --check
	@$(BIN)/python -m pytest -q -p no:randomly tests/test_house.py

# The whole suite on the embedded PostgreSQL; what touches the database again on 15 where it is.
test: .venv/installed-test needs check
	@$(BIN)/python -m pytest -n 2 --dist loadgroup
	@if [ -x /usr/lib/postgresql/15/bin/postgres ]; then \
	  echo "PostgreSQL 15:"; \
	  YIZHAN_PG_BIN=/usr/lib/postgresql/15/bin YIZHAN_VAR=var/test15 \
	    $(BIN)/python -m pytest -n 2 --dist loadgroup -m "not browser and not house"; \
	else echo "本机没有 PostgreSQL 15，只在内置的 18 上测试。"; fi

COMPILE = $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 \
  --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links --quiet \
  --custom-compile-command "make lock"
lock: | .venv/bin/python
	@$(PIP) install uv
	@$(COMPILE) --extra build --output-file requirements.lock
	@$(COMPILE) --extra build --extra test --output-file requirements-test.lock
