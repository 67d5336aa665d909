"""The demonstration's public sites: their look, and the pages that editors write themselves."""

from django.db import transaction
from wagtail.models import Page, Site

from luoshi.publication.yearly import YearFigures, year_figures_take
from luoshi_cms.look import SiteLook
from luoshi_cms.models import ColumnPage, HomePage, ReportPage, TextPage
from luoshi_site.demo.counties import DemoCounty, DemoSession

_GUIDE = """<p>这里公开的是人大代表建议的答复和落实情况。</p>
<h2>办理结果怎么看</h2><p>办理结果的类别由承办单位在答复中自报，每一件都写明类别的含义。类别说的是答复时的情况，
事情后来做没做成，请看“承诺事项”。</p>
<h2>承诺事项怎么看</h2><p>答复中承诺要做的事逐项列出，写明期限。到期以后由县人大认定是否兑现；过期没有认定的，页面上标明“已过期”。</p>
<h2>为什么有的内容看不到</h2><p>公开前隐去了个人信息；依法不宜公开的不公开；公开后发现问题的撤下，并写明日期和理由。</p>"""


def site_furnish(demo: DemoCounty) -> None:
    """Give the bound county's site its look, its yearly reports and a guide; what is there stays."""
    with transaction.atomic():
        site = Site.objects.get(is_default_site=True)
        organiser = f"{demo.name}人大常委会代表工作机构（演示）"
        SiteLook.objects.get_or_create(
            site=site, defaults={"organiser": organiser, "palette": _palette(demo)}
        )
        column = ColumnPage.objects.get()
        _page(HomePage.objects.get(), TextPage(title="怎样读办理结果", slug="zenyang-du", body=_GUIDE))
        for session in demo.sessions:
            _report(column, demo, session)


def _palette(demo: DemoCounty) -> str:
    """One county of each province looks like another one's."""
    return {"430000": "red", "620000": "blue", "330000": "green"}[demo.province]


def _report(column: ColumnPage, demo: DemoCounty, session: DemoSession) -> None:
    kept = year_figures_take(session.code)
    if kept is None:
        return
    page = ReportPage(
        title=f"{demo.name}{session.year}年代表建议办理情况报告",
        slug=f"banli-baogao-{session.code}",
        session=session.code,
        source=f"{demo.name}人民政府办公室（演示）",
        body=_body(YearFigures.model_validate(kept)),
        figures=kept,
    )
    _page(column, page)


def _body(year: YearFigures) -> str:
    classes = "，".join(f"{row.code}类（{row.label}）{row.count}件" for row in year.classes)
    return (
        f"<h2>一、总体情况</h2><p>{year.session_name}共交办代表建议{year.handed_over}件，已答复{year.replied}件。"
        f"{f'其中{classes}。' if classes else ''}</p>"
        "<h2>二、主要做法</h2><p>办前与代表见面听取意见，办中通报进展，办后请代表到现场看结果；"
        "答复中承诺的事项逐项登记，到期核实。</p>"
        "<h2>三、存在的问题</h2><p>少数建议答复及时而落实较慢，个别承诺事项没有按期完成，下一步逐件督办。</p>"
        "<p>（演示用的虚构报告，数据由系统统计。）</p>"
    )


def _page(parent: Page, page: Page) -> None:
    """Make ``page`` below ``parent`` and set it live, unless it stands there."""
    if not parent.get_children().filter(slug=page.slug).exists():
        parent.add_child(instance=page).save_revision().publish()
