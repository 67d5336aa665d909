"""``luoshi county settings``: a county's rules as one file."""

import json
from pathlib import Path
from typing import Any

import click

from luoshi.errors import Invalid, Problem
from luoshi_site.cli.base import needs_database
from luoshi_site.cli.counties import county_bound
from luoshi_site.cli.county import county

LARGEST_FILE = 1_000_000
"""Bytes. A county's rules are some kilobytes; what is larger is another file."""


def register(group: click.Group) -> None:
    """The command hangs under ``county``, which adds itself to ``group``."""
    county.add_command(settings)


@click.command("settings")
@click.argument("code")
@click.option("--schema", is_flag=True, help="输出各项规则的说明（JSON Schema）")
@click.option(
    "--apply", "file", metavar="FILE", type=click.Path(path_type=Path), help="用这个 JSON 文件更换全部规则"
)
def settings(code: str, schema: bool, file: Path | None) -> int:
    """县 CODE 的办理规则：不带选项时输出现行规则（JSON），可存为文件，修改后用 --apply 生效。"""
    if schema and file is not None:
        raise click.UsageError("--schema 与 --apply 请二者选一。")
    return _settings(code, schema, file)


@needs_database
def _settings(code: str, schema: bool, file: Path | None) -> int:
    from luoshi.suggestions.selectors.settings import county_settings
    from luoshi.suggestions.settings_schema import county_settings_schema

    with county_bound(code) as bound:
        if file is not None:
            return _apply(bound.name, file)
        shown = county_settings_schema() if schema else county_settings().model_dump(mode="json")
    click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    return 0


def _apply(name: str, file: Path) -> int:
    """Put the file into force, and say what changed; where it is wrong, say each thing and write nothing."""
    from luoshi.accounts.actor import SYSTEM_ACTOR
    from luoshi.suggestions.selectors.settings import county_settings
    from luoshi.suggestions.services.settings import county_settings_apply

    before = county_settings()
    try:
        data = file_read(file)
        after = county_settings_apply(data=data, actor=SYSTEM_ACTOR)
    except Invalid as invalid:
        click.echo(f"没有更换，{name}的规则未变。{file} 有 {len(invalid.problems)} 处问题：", err=True)
        for problem in invalid.problems:
            place = f"{problem.field}  " if problem.field else ""
            click.echo(f"  {place}{problem.message}", err=True)
        return 1
    fields = type(after).model_fields
    changed = [
        field.title or key for key, field in fields.items() if getattr(before, key) != getattr(after, key)
    ]
    left_out = [field.title or key for key, field in fields.items() if key not in data]
    if left_out:
        click.echo(f"文件中没有、按默认值的：{'、'.join(left_out)}")
    click.echo(f"{name}已更换规则：{'、'.join(changed)}" if changed else f"{name}的规则与文件相同，没有变化")
    return 0


def file_read(file: Path) -> dict[str, Any]:
    """The JSON object in ``file``; a byte order mark is no harm.

    :raises Invalid: where the file cannot be read, is too large, or is no JSON object, or names a key twice.
    """
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise Invalid([Problem("", f"文件超过 {LARGEST_FILE // 1000} KB，不像是规则文件")])
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Invalid([Problem("", f"读不到文件：{error.strerror}")]) from error
    except UnicodeDecodeError as error:
        raise Invalid([Problem("", "不是 UTF-8 编码的文本文件，请另存为 UTF-8 后重试")]) from error
    try:
        data = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise Invalid(
            [Problem("", f"不是正确的 JSON：第 {error.lineno} 行第 {error.colno} 个字符处有误")]
        ) from error
    except RecursionError as error:
        raise Invalid([Problem("", "不是正确的 JSON：层次过多")]) from error
    if not isinstance(data, dict):
        raise Invalid([Problem("", '内容应为一个 JSON 对象，如 {"windows": {…}}')])
    return data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object that names each key once; of two the second would win in silence."""
    data = dict(pairs)
    if len(data) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        raise Invalid([Problem(key, "写了两次，请只留一处") for key in twice])
    return data
