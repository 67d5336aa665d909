# Needs Python 3.11 or newer and make, nothing else. PORT and LUOSHI_HOME keep several copies apart;
# DATABASE_URL and REDIS_URL point to external servers.

PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$python && break; done)
BIN := .venv/bin
TOOLS := .venv/tools
METHODS := $(wildcard plugins/*/pyproject.toml)
UV_COMPILE = $(TOOLS)/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-header --no-emit-package luoshi \
	$(foreach method,$(METHODS),--no-emit-package luoshi-$(notdir $(patsubst %/,%,$(dir $(method))))) pyproject.toml $(METHODS)

# The product runs as several processes, and its tests start many: none is to compile all of it anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo up test lint bench openapi pictures lock test-pg15 clean install-run install-dev
.DEFAULT_GOAL := help

help:
	@echo "make demo       安装依赖，启动全部服务并载入五个示范县（市）；Ctrl-C 停止"
	@echo "make up         只启动，不载入示范数据"
	@echo "make test       运行全部测试"
	@echo "make lint       检查风格、类型与分层"
	@echo "make bench      并排测量，打印比值"
	@echo "make openapi    重写 docs/api/openapi.json"
	@echo "make pictures   从示范系统重拍 README 的图片（需要 Chromium）"
	@echo "make test-pg15  在 PostgreSQL 15 上运行租户、开通与检索的测试（PG15_URL 或本机的 15 版）"
	@echo "make lock       依 pyproject.toml 重写 requirements/ 中的锁定文件"
	@echo "make clean      删除 .venv 与各种缓存；数据目录（.luoshi）不动"

install-run install-dev:
	@test -n "$(PYTHON)" || { echo "没有找到 Python 3.11 或更高版本，请先安装，或用 make PYTHON=... 指定。" >&2; exit 1; }
	@$(PYTHON) requirements/install.py $(@:install-%=%)

# The supervisor ends with the make that started it, even if that is killed.
demo: install-run
	@exec env LUOSHI_WITH_PARENT=1 $(BIN)/luoshi demo

up: install-run
	@exec env LUOSHI_WITH_PARENT=1 $(BIN)/luoshi up

test: install-dev
	@$(BIN)/pytest -n 4

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: install-dev
	@$(BIN)/python tests/bench $(PARTS)

openapi: install-dev
	@DJANGO_SETTINGS_MODULE=luoshi_site.settings LUOSHI_LOCAL=1 LUOSHI_SECRET_KEY=unused $(BIN)/django-admin spectacular \
		--urlconf luoshi_site.urls.county --format openapi-json --validate --fail-on-warn --file docs/api/openapi.json

pictures: install-dev
	@$(BIN)/python tests/support/pictures.py

test-pg15: install-dev
	@$(BIN)/python tests/support/pg15.py

$(TOOLS)/bin/uv:
	@test -n "$(PYTHON)" || { echo "没有找到 Python 3.11 或更高版本。" >&2; exit 1; }
	$(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/pip install -q uv

lock: $(TOOLS)/bin/uv
	$(UV_COMPILE) --group dev -o requirements/dev.txt
	$(UV_COMPILE) --group build -c requirements/dev.txt -o requirements/run.txt

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	rm -rf platform/luoshi/workbench/static/workbench/vendor tests/support/vendor
	find platform tenants cms deploy plugins tests -name __pycache__ -type d -prune -exec rm -rf {} +
