"""The public site as a folder: what an anonymous reader sees, whole in itself, the same each time."""

import csv
import gc
import io
import json
import re
import shutil
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import PIL.Image
import pytest
from django.core.files.images import ImageFile
from django.db import connection, transaction
from django.test import Client, override_settings
from odd_method import COLUMN, one_column, with_hooks
from people import Cast, cast_make
from public_pages import attached, confirm_masked, page_live, published
from ready import CHECKED, at_publication, publication_data
from static_server import served, walk
from wagtail.images.models import Image
from wagtail.models import Site

from luoshi.errors import Invalid
from luoshi.methods.models import MethodActivation
from luoshi.methods.registry import registry_using
from luoshi.methods.types import CaseRow, ColumnCases, ColumnContent
from luoshi.outbox.drain import outbox_drain
from luoshi.suggestions.models import Publication
from luoshi_cms.export.folder import MARKER, ExportRefused
from luoshi_cms.export.services import Exported, _one_moment, site_export
from luoshi_cms.look import SiteLook
from luoshi_cms.models import ColumnPage, ReplyPage, ReportPage, TextPage
from luoshi_cms.site import listing
from luoshi_site.cli import run
from luoshi_tenants.context import county_context
from luoshi_tenants.models import County

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

HOST = "hengnan.localhost"
FILE = "清洁版".encode()


@dataclass
class Ground:
    """What is public in the county. ``gone``: taken down; ``paper``: id of the published file."""

    cast: Cast
    pages: list[ReplyPage]
    gone: ReplyPage
    paper: int


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[Ground]:
    """Walked there once for all tests here: three replies, one with a file, one taken down, texts."""
    with django_db_blocker.unblock(), transaction.atomic():
        with county_context(County.objects.get(code="430422")):
            yield _made(cast_make())
        transaction.set_rollback(True)


def _made(c: Cast) -> Ground:
    _, canal = published(c, title="关于水渠的建议", category="水利")
    _, bridge = published(c, category="交通/..")
    publication = at_publication(c, *CHECKED)
    paper = attached(publication, b"x", FILE)
    confirm_masked(c, publication, files=(paper.pk,))
    for act in ("approve", "send_to_editor"):
        c.world.act(publication, act, c.government)
    c.world.act(publication, "publish", c.system, **publication_data(publication, "publish"))
    with_file = page_live(publication.pk)
    revoked, gone = published(c, title="关于撤下的秘存的建议")
    c.world.act(revoked, "revoke", c.government, reason="涉及未成年人")
    outbox_drain(limit=1000)
    column = ColumnPage.objects.get()
    body = (
        f'<p><a linktype="page" id="{with_file.pk}">答复</a>，<a href="/nothing/">没有的</a>，'
        '<a href="/jianyi">栏目</a>，<a href="/office/">后台</a>，<a href="https://www.example.cn/">别处</a></p>'
    )
    column.add_child(instance=TextPage(title="说明", slug="说明", body=body))
    column.add_child(instance=ReportPage(title="报告", slug="report", session="17-4", body="<p>正文</p>"))
    column.add_child(instance=TextPage(title="草稿秘存", slug="draft", body="<p>草稿秘存</p>", live=False))
    drawn = io.BytesIO()
    PIL.Image.new("RGB", (200, 200), "red").save(drawn, "PNG")
    image = Image.objects.create(title="徽标", file=ImageFile(drawn, name="emblem.png"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # Wagtail leaves a temporary file to the collector
        image.get_rendition("max-96x96")
        gc.collect()
    SiteLook.objects.create(site=Site.objects.get(), emblem=image, organiser="县人大常委会办公室")
    return Ground(c, [canal, bridge, with_file], gone, paper.pk)


@pytest.fixture
def ground(made: Ground, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ground]:
    """What a test does is undone after it. Two replies fill a page of a list."""
    monkeypatch.setattr(listing, "PER_PAGE", 2)
    with transaction.atomic():
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Some way below the root of a web server."""
    (tmp_path / "www" / "县 里").mkdir(parents=True)
    return tmp_path / "www" / "县 里" / "jianyi"


@pytest.fixture(scope="module")
def first(made: Ground, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Exported]:
    """The export of everything, made once."""
    folder = tmp_path_factory.mktemp("first") / "jianyi"
    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(listing, "PER_PAGE", 2)
        done = site_export(folder=folder)
        transaction.set_rollback(True)
    return folder, done


@pytest.fixture
def exported(ground: Ground, first: tuple[Path, Exported], folder: Path) -> Exported:
    """What was said of the export of everything, which is in ``folder``."""
    shutil.copytree(first[0], folder)
    return first[1]


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_every_link_and_file_is_there_below_any_address(
    ground: Ground, exported: Exported, folder: Path
) -> None:
    files = {path for path in bytes_of(folder) if path != MARKER}
    with served(folder.parents[1]) as root:
        starts = ("", "robots.txt", "sitemap.xml", "jianyi/embed/", f"jianyi/{ground.gone.slug}/")
        found, elsewhere = walk(f"{root}%E5%8E%BF%20%E9%87%8C/jianyi/", starts)
    assert {path: status for path, (status, _) in found.items() if status != 200} == {}
    assert elsewhere == {"https://www.example.cn/"}
    reached = {f"{path}index.html" if path.endswith("/") or not path else path for path in found}
    assert reached == files
    assert exported == Exported(
        pages=sum(path.endswith(".html") for path in files), files=len(files), stones=1, lost=2
    )
    assert [text for _, text in found.values() if HOST in text.replace(f'content="{HOST}"', "")] == []


def test_lists_stand_in_folders_and_pages(ground: Ground, exported: Exported, folder: Path) -> None:
    column = folder / "jianyi"
    folders = {path.name for path in column.iterdir() if "=" in path.name}
    unit = ground.cast.world.roads.pk
    assert {name for name in folders if not name.startswith("field=")} == {
        "page=2",
        "session=17-4",
        "class=resolved",
        f"unit={unit}",
    }
    assert len(folders) == 4 + 2
    assert [name for name in folders if not re.fullmatch(r"[a-z]+=[0-9a-z_-]+", name)] == []
    assert (column / f"unit={unit}" / "page=2" / "index.html").is_file()
    whole, limited = (column / "index.html").read_text(), (column / f"unit={unit}" / "index.html").read_text()
    assert ("3 件答复，第 1 / 2 页" in whole, "已选：" in limited) == (True, True)
    assert ('class="filters"' in whole, 'class="filters"' in limited) == (True, False)


def test_a_page_is_what_an_anonymous_reader_is_shown(
    ground: Ground, exported: Exported, folder: Path, at: Any
) -> None:
    """But for links, for what needs a server, and for what a file cannot say."""
    client: Client = at(HOST)
    address = f"jianyi/{ground.pages[0].slug}/"
    shown, copied = client.get(f"/{address}").content.decode(), (folder / address / "index.html").read_text()

    def content(text: str) -> str:
        inner = text.partition('<main class="wide"')[2].partition("</main>")[0]
        asked = re.sub(r'<section class="feedback".*?</section>', "", inner, flags=re.DOTALL)
        return re.sub(r"\s*\n\s*", "\n", re.sub(r'href="[^"]*"', "", asked))

    assert content(copied) == content(shown)
    assert ('class="feedback"' in shown, 'class="feedback"' in copied) == (True, False)
    stone = (folder / "jianyi" / ground.gone.slug / "index.html").read_text()
    gone = client.get(f"/jianyi/{ground.gone.slug}/")
    assert (gone.status_code, content(stone)) == (410, content(gone.content.decode()))
    assert '<meta name="robots" content="noindex">' in stone


def test_nothing_of_the_server_is_left_and_nothing_hidden_comes_out(
    ground: Ground, exported: Exported, folder: Path
) -> None:
    files = bytes_of(folder)
    texts = {path: data.decode() for path, data in files.items() if path.endswith((".html", ".xml", ".txt"))}
    for word in ("<form", "/office/", "/cms/", "/api/", "csrf", "?q="):
        assert [path for path, text in texts.items() if word in text] == []
    assert [path for path, data in files.items() if "秘存".encode() in data or "秘存" in path] == []
    assert all("不能检索" in texts[path] for path in ("index.html", "jianyi/index.html"))
    assert [path for path in files if Path(path).name.startswith(".")] == []


def test_a_published_file_has_the_ending_of_what_it_is(
    ground: Ground, exported: Exported, folder: Path
) -> None:
    page = f"jianyi/{ground.pages[2].slug}"
    for prefix in ("", "/protected"):
        if prefix:
            shutil.rmtree(folder)
            with override_settings(LUOSHI_ACCEL_PREFIX=prefix):
                site_export(folder=folder)
        assert (folder / page / "files" / f"{ground.paper}.txt").read_bytes() == FILE
        text = (folder / page / "index.html").read_text()
        assert f'<a href="files/{ground.paper}.txt" download="施工图.txt">' in text


def test_the_data_name_addresses_of_the_copy(ground: Ground, folder: Path) -> None:
    site_export(folder=folder, live="https://live.example/", home="https://www.hengnan.example/jianyi/")
    home = "https://www.hengnan.example/jianyi/"
    slugs = sorted(page.slug for page in ground.pages)
    column = folder / "jianyi"
    register = json.loads((column / "register.json").read_text())
    assert sorted(entry["address"] for entry in register["entries"]) == [f"{home}jianyi/{s}/" for s in slugs]
    assert register["address"] == f"{home}jianyi/register.json"
    rows = list(csv.reader(io.StringIO((column / "register.csv").read_text("utf-8-sig"))))
    assert sorted(row[1] for row in rows[1:]) == [f"{home}jianyi/{slug}/" for slug in slugs]
    feed = (column / "feed.atom").read_text()
    assert {link for link in re.findall(r'href="([^"]+)"', feed) if not link.startswith(home)} == set()
    sitemap = re.findall("<loc>([^<]+)<", (folder / "sitemap.xml").read_text())
    assert f"{home}jianyi/report/" in sitemap
    assert {address for address in sitemap if not address.startswith(home)} == set()
    assert (folder / "robots.txt").read_text() == f"User-agent: *\nDisallow:\nSitemap: {home}sitemap.xml\n"
    page = (column / slugs[0] / "index.html").read_text()
    assert f'<meta name="Url" content="{home}jianyi/{slugs[0]}/">' in page
    assert '<meta name="SiteDomain" content="www.hengnan.example">' in page
    start = (folder / "index.html").read_text()
    assert '<a href="https://live.example/jianyi/">到在线网站检索答复</a>' in start
    assert "不能检索" not in start


def test_the_same_content_gives_the_same_bytes(
    ground: Ground, first: tuple[Path, Exported], tmp_path: Path
) -> None:
    again = tmp_path / "again"
    site_export(folder=again)
    before = bytes_of(first[0])
    assert bytes_of(again) == before
    Publication.objects.filter(pk=ground.pages[0].publication_id).update(published_on="2026-01-01")
    site_export(folder=again)
    assert bytes_of(again) != before


def test_an_empty_site_is_the_same_each_time_too(county: Any, tmp_path: Path) -> None:
    for name in ("first", "second"):
        assert site_export(folder=tmp_path / name).lost == 0
    assert bytes_of(tmp_path / "first") == bytes_of(tmp_path / "second")
    assert "还没有公开的答复" in (tmp_path / "first" / "jianyi" / "index.html").read_text()


def test_what_is_taken_down_leaves_nothing_but_its_stone(
    ground: Ground, exported: Exported, folder: Path
) -> None:
    page = ground.pages[2]
    publication = Publication.objects.get(pk=page.publication_id)
    ground.cast.world.act(publication, "revoke", ground.cast.government, reason="更正")
    site_export(folder=folder)
    own = sorted(path for path in bytes_of(folder) if page.slug in path)
    assert own == [f"jianyi/{page.slug}/index.html"]
    linking = [path for path, data in bytes_of(folder).items() if page.slug.encode() in data]
    assert linking == ["jianyi/说明/index.html"]  # an editor's own link leads to the stone, as on the site
    assert "撤下" in (folder / own[0]).read_text()


def test_a_method_s_column_is_part_of_it(ground: Ground, folder: Path) -> None:
    MethodActivation.objects.create(slug="odd", is_enabled=True, enabled_at="2026-01-01T00:00Z")
    rows = tuple(CaseRow(page.publication_id, ("甲",)) for page in (*ground.pages, ground.gone))
    with registry_using(one_column(ColumnCases("走访过的", ("情况",), rows), pages=2)):
        assert site_export(folder=folder).failed == ()
    place = folder / "jianyi" / "gongfa" / "odd" / "column"
    text = (place / "index.html").read_text()
    assert (place / "page=2" / "index.html").is_file()
    assert re.findall(r'<h3 class="title"><a href="([^"]+)"', text) == [
        f"../../../{page.slug}/index.html" for page in ground.pages
    ]
    MethodActivation.objects.update(is_enabled=False)
    site_export(folder=folder)
    assert not (folder / "jianyi" / "gongfa").exists()


def _breaks(tenant: object, slug: str, page: int) -> ColumnContent:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM no_such_table")
    raise AssertionError


def test_a_column_that_fails_says_so_in_the_copy(ground: Ground, folder: Path) -> None:
    MethodActivation.objects.create(slug="odd", is_enabled=True, enabled_at="2026-01-01T00:00Z")
    with registry_using(with_hooks(public_columns=lambda: [COLUMN], public_column=_breaks)):
        assert site_export(folder=folder).failed == ("/jianyi/gongfa/odd/column/",)
    text = (folder / "jianyi" / "gongfa" / "odd" / "column" / "index.html").read_text()
    assert "本栏目暂时无法显示" in text
    assert (folder / "jianyi" / ground.pages[0].slug / "index.html").is_file()


@pytest.mark.parametrize("way", ["form", "error", "static"])
def test_a_page_that_cannot_be_made_leaves_the_old_export(
    ground: Ground, exported: Exported, folder: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    before = bytes_of(folder)

    def fails(*arguments: object, **more: object) -> Any:
        raise LookupError

    if way == "form":
        ColumnPage.objects.update(intro='<form action="/jianyi/"></form>')
        monkeypatch.setattr("wagtail.rich_text.expand_db_html", lambda text: text)
        monkeypatch.setattr("wagtail.rich_text.RichText.__html__", lambda text: text.source)
    elif way == "error":
        monkeypatch.setattr("luoshi_cms.site.statistics.shares", fails)
    else:
        monkeypatch.setattr("luoshi_cms.export.services.finders.find", lambda name: None)
    said = {"form": "需要服务器的表单", "error": "/jianyi/statistics/.*（500）", "static": "collect-static"}
    with pytest.raises(ExportRefused, match=said[way]):
        site_export(folder=folder)
    assert bytes_of(folder) == before


@pytest.mark.parametrize(
    "given",
    ["live.example", "ftp://a.example", "https://a.example/?x", "javascript:alert(1)", "https://a\n.cn"],
)
def test_an_address_that_is_none_is_refused_before_anything(county: Any, folder: Path, given: str) -> None:
    for arguments in ({"live": given}, {"home": given}):
        with pytest.raises(Invalid, match="不是网站地址"):
            site_export(folder=folder, **arguments)  # type: ignore[arg-type]
    assert not folder.exists()


def test_everything_is_read_as_of_one_moment(db: None) -> None:
    """On a connection of its own: a test's is in a transaction already."""
    found: list[str] = []

    def work() -> None:
        try:
            with _one_moment(), connection.cursor() as cursor:
                cursor.execute("SHOW transaction_isolation")
                found.append(cursor.fetchone()[0])
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == ["repeatable read"]


def test_the_command_says_what_it_has_done(
    ground: Ground, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from contextlib import nullcontext

    monkeypatch.setattr("luoshi_site.cli.base.database", nullcontext)
    monkeypatch.setattr("luoshi_site.cli.export_site.EVERY", 10)
    command = ["export-site", "--county", "430422", "--to", str(folder)]
    assert run(command) == 0
    said = capsys.readouterr()
    files, pages = len(bytes_of(folder)) - 1, sum(path.endswith(".html") for path in bytes_of(folder))
    assert said.out == f"衡南县：已导出 {files} 个文件到 {folder}，其中网页 {pages} 个（撤下说明 1 个）。\n"
    assert said.err.splitlines() == [
        "已导出 10 个网页……",
        "已导出 20 个网页……",
        "有 2 处链接指向不公开或不存在的页面，已去掉链接。",
    ]
    (folder / MARKER).unlink()
    assert run(command) == 1
    assert "不是空文件夹，也不是以前的导出" in capsys.readouterr().err
    assert run([*command, "--base-url", "x"]) == 1
    assert run(["export-site", "--county", "999999", "--to", str(folder)]) == 1
