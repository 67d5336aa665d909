"""The rules of the house that a program can read. Each takes one file and says what breaks the rule in it."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .tree import PACKAGES, TOP, Source

LINES = 600


@dataclass(frozen=True, slots=True)
class Breach:
    """One broken rule. ``what`` names it without a line number, so that an exemption can name it too."""

    path: str
    what: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}" if self.line else f"{self.path}: {self.what}"


Check = Callable[[Source], Iterator[Breach]]


def no_package_where_none_belongs(source: Source) -> Iterator[Breach]:
    """One in platform/ would shadow the standard library, one below tests/ spoils pytest's import mode."""
    if source.path == "platform/__init__.py" or (source.path.endswith("/__init__.py") and source.is_test):
        yield Breach(source.path, "no __init__.py may stand here")


def modules_stand_in_their_packages(source: Source) -> Iterator[Breach]:
    """Product code stands in the four packages or in a method's own package; nothing floats beside them."""
    if not source.is_python or source.path.split("/")[0] in ("tests", "docs"):
        return
    method = re.match(r"plugins/[a-z0-9_-]+/(luoshi_[a-z0-9_]+|tests)/", source.path)
    if not method and not source.path.startswith(tuple(f"{package}/" for package in PACKAGES)):
        yield Breach(source.path, "a module outside the packages")


def files_stay_short(source: Source) -> Iterator[Breach]:
    """A file has one subject and fits in a head."""
    lines = source.text.count("\n")
    if source.is_python and not source.is_migration and lines > LINES:
        yield Breach(source.path, f"longer than {LINES} lines", lines)


# What calls and imports may not be made, by dotted name, with the reason
FORBIDDEN_NAMES = {
    "asyncio": "async: a new loop or thread has no county (WSGI only)",
    "asgiref.sync.sync_to_async": "async: a new loop or thread has no county (WSGI only)",
    "asgiref.sync.async_to_sync": "async: a new loop or thread has no county (WSGI only)",
    "threading.Thread": "bare thread: it stands in no county",
    "threading.Timer": "bare thread: it stands in no county",
    "_thread.start_new_thread": "bare thread: it stands in no county",
    "concurrent.futures.ThreadPoolExecutor": "bare thread: it stands in no county",
    "multiprocessing.pool.ThreadPool": "bare thread: it stands in no county",
    "functools.lru_cache": "process-wide cache: it forgets which county asked",
    "functools.cache": "process-wide cache: it forgets which county asked",
    "functools._lru_cache_wrapper": "process-wide cache: it forgets which county asked",
    "print": "print: a library is silent; the command line uses click.echo",
}


def tenancy_hazards(source: Source) -> Iterator[Breach]:
    """Whatever leaves the county behind: async code, bare threads, caches of a process; and print."""
    if not source.is_product:
        return
    names = _Names()
    names.visit(source.tree())
    for line, name in names.used:
        if reason := FORBIDDEN_NAMES.get(name):
            yield Breach(source.path, reason, line)
    for line in names.coroutines:
        yield Breach(source.path, "async: a new loop or thread has no county (WSGI only)", line)
    for line in names.caches:
        yield Breach(source.path, "process-wide cache: it forgets which county asked", line)


class _Names(ast.NodeVisitor):
    """Collects which imported or built-in names a module uses, whatever it calls them."""

    def __init__(self) -> None:
        self.known = {"print": "print"}
        self.used: set[tuple[int, str]] = set()
        self.coroutines: list[int] = []
        self.caches: list[int] = []

    def visit_Module(self, node: ast.Module) -> None:
        for statement in node.body:
            if isinstance(statement, (ast.Assign, ast.AnnAssign)):
                self.module_level(statement)
        self.generic_visit(node)

    def module_level(self, node: ast.Assign | ast.AnnAssign) -> None:
        """A name of the module with "cache" in it that starts as an empty container."""
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        named = any(isinstance(one, ast.Name) and "cache" in one.id.lower() for one in targets)
        empty = isinstance(node.value, ast.Dict) and not node.value.keys
        made = isinstance(node.value, ast.Call) and not (node.value.args or node.value.keywords)
        if named and (empty or made):
            self.caches.append(node.lineno)

    def visit_Import(self, node: ast.Import) -> None:
        for name in node.names:
            self.known[name.asname or name.name.partition(".")[0]] = (
                name.name if name.asname else name.name.partition(".")[0]
            )
            self.used.add((node.lineno, name.name))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for name in node.names:
            full = f"{node.module or ''}.{name.name}"
            self.known[name.asname or name.name] = full
            self.used.add((node.lineno, full))
            self.used.add((node.lineno, node.module or ""))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        parts: list[str] = []
        at: ast.expr = node
        while isinstance(at, ast.Attribute):
            parts.append(at.attr)
            at = at.value
        if isinstance(at, ast.Name) and at.id in self.known:
            self.used.add((node.lineno, ".".join([self.known[at.id], *reversed(parts)])))
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if node.id == "print":
            self.used.add((node.lineno, "print"))

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.coroutines.append(node.lineno)
        self.generic_visit(node)


# Hosts, with a blank for the dot, so that this file does not hold what it looks for.
REGISTRY_HOSTS = """
    pypi org, pythonhosted org, npmjs org, npmjs com, npmmirror com, yarnpkg com, docker io, ghcr io, quay io,
    gcr io, mirrors aliyun com, tuna tsinghua edu cn, mirrors ustc edu cn, mirrors cloud tencent com,
    mirrors huaweicloud com, pypi douban com, proxy golang org, crates io, rubygems org, anaconda org,
    deb debian org
"""
REGISTRIES = re.compile(
    "|".join(r"\.".join(host.split()) for host in REGISTRY_HOSTS.split(",")), re.IGNORECASE
)
ADDRESS = re.compile(
    r"""(?:\b(?:https?|wss?|ftp)://|(?:src|href|url|from|import)\s*[=(]?\s*["'(]\s*//)"""
    r"""([^\s/"'<>`)\\{}|,;:]+)""",
    re.IGNORECASE,
)
NOBODY = re.compile(
    r"^(localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|testserver|.+\.(localhost|test|invalid|example))$|"
    r"^(.+\.)?example\.(com|org|net|cn)$|^[^.]+$",
    re.IGNORECASE,
)
# Addresses that name something and are never asked: each with what it names.
IDENTIFIERS = {
    "www.w3.org": "XML, SVG and XHTML namespaces",
    "schemas.openxmlformats.org": "namespaces inside workbooks and letters",
    "schemas.microsoft.com": "namespaces inside workbooks and letters",
    "purl.org": "Dublin Core namespaces",
    "purl.oclc.org": "namespaces of the strict form of workbooks",
    "www.sitemaps.org": "namespace of sitemaps",
    "json-schema.org": "dialect of a JSON schema",
}
TEXTS_OF_OTHERS = {"LICENSE": "the licence, word for word"}


def no_outside_host(source: Source) -> Iterator[Breach]:
    """No page asks an outside host, no file holds a registry's address: a county may reach neither."""
    if source.path in TEXTS_OF_OTHERS:
        return
    for number, line in enumerate(source.text.splitlines(), 1):
        if match := REGISTRIES.search(line):
            yield Breach(source.path, f"registry {match.group(0)}", number)
            continue
        for match in ADDRESS.finditer(line):
            host = match.group(1).rpartition("@")[2]
            if not NOBODY.match(host) and host.lower() not in IDENTIFIERS:
                yield Breach(source.path, f"outside host {host}", number)


def links_lead_somewhere(source: Source) -> Iterator[Breach]:
    """A link from one page of the documentation to a file leads to a file that is there."""
    if not source.path.endswith(".md"):
        return
    for number, line in enumerate(source.text.splitlines(), 1):
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", line):
            if "://" not in target and not (TOP / source.path).parent.joinpath(target).exists():
                yield Breach(source.path, f"link to {target}, which is not there", number)


PIN = re.compile(r"^[a-z0-9]([a-z0-9._-]*[a-z0-9])?(\[[a-z0-9,_-]+\])?==[^\s;]+( ; [^\\]+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def locks_pin_by_hash(source: Source) -> Iterator[Breach]:
    """A lock holds pins with hashes and nothing else: no index, link or local path, and never ``ninja``."""
    if not re.match(r"requirements/[^/]+\.txt$", source.path):
        return
    hashed = True
    for number, line in enumerate(source.text.splitlines(), 1):
        text = line.split(" #")[0].rstrip()
        if not text or text.lstrip().startswith("#"):
            continue
        if HASH.match(text):
            hashed = True
            continue
        if not hashed:
            yield Breach(source.path, "the pin above has no hash", number)
        hashed = not PIN.match(text)
        if hashed:
            yield Breach(source.path, f"neither a pin nor a hash: {text.strip()}", number)
        if text.startswith("ninja=="):
            yield Breach(source.path, "ninja overwrites the module of Wagtail's django-ninja", number)
    if not hashed:
        yield Breach(source.path, "the last pin has no hash")


def npm_locks_hold_no_address(source: Source) -> Iterator[Breach]:
    """package-lock.json is written with ``omit-lockfile-registry-resolved``."""
    if source.path.endswith("package-lock.json") and '"resolved"' in source.text:
        yield Breach(source.path, "holds addresses of packages")


def methods_import_the_platform_only(source: Source) -> Iterator[Breach]:
    """A method imports itself and ``luoshi``: no other method, not tenants, cms or composition root."""
    match = re.match(r"plugins/[^/]+/(luoshi_\w+)/", source.path)
    if not match or not source.is_python:
        return
    for node in ast.walk(source.tree()):
        names = (
            [name.name for name in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom) and not node.level
            else []
        )
        for name in names:
            package = name.partition(".")[0]
            if package.startswith("luoshi_") and package != match.group(1):
                yield Breach(source.path, f"imports {package}", node.lineno)


ALL: tuple[Check, ...] = (
    no_package_where_none_belongs,
    modules_stand_in_their_packages,
    files_stay_short,
    tenancy_hazards,
    no_outside_host,
    links_lead_somewhere,
    locks_pin_by_hash,
    npm_locks_hold_no_address,
    methods_import_the_platform_only,
)
