"""这个答复回答了问题吗: the page that takes a reader's answer. No sign-in, no cookie, no script, no text."""

import re

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import split_domain_port
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from luoshi.accounts.browsers import client_address
from luoshi.errors import Invalid
from luoshi.publication.feedback import Counted, feedback_give
from luoshi.publication.models import CitizenFeedback
from luoshi.publication.public import public_case
from luoshi.publication.values import PublicCase, Tombstone
from luoshi_cms.models import ReplyPage
from luoshi_cms.site.frame import Crumb, column_address, frame
from luoshi_cms.site.reply import column_of, gone

SAID = {
    Counted.YES: "谢谢，您的反馈已经计入。",
    Counted.AGAIN: "您今天已经对这份答复反馈过，不重复计数。",
    Counted.TOO_MANY: "今天收到的反馈较多，这一次没有计入，请改日再来。",
    Counted.AWAY: "暂时无法计入反馈，请稍后再试。",
}
ANSWERS = {"yes": True, "no": False}
AGENT_LONGEST = 300
_ADDRESS = re.compile(r"https?://([a-z0-9.-]+)(?::[0-9]{1,5})?(?:/.*)?", re.IGNORECASE)


# Kept pages hold the form, so it can hold no token; and without a session there is nothing that another site
# could use in a reader's name. What is asked instead is where the form was sent from (`_own_form`).
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest, publication_id: str) -> HttpResponse:
    """Ask, count what is sent, and say what became of it. A mere look never counts.

    :raises Http404: nothing public stands there, or the county does not ask.
    """
    page = ReplyPage.objects.filter(publication_id=int(publication_id)).first()
    case = None if page is None else public_case(page.publication_id)
    if page is None or case is None:
        raise Http404
    if isinstance(case, Tombstone):
        response = gone(request, page, case)
    elif not case.asks_readers:
        raise Http404
    elif request.method == "POST":
        response = _take(request, page, case)
    else:
        said = request.GET.get("said", "")
        told = Counted(said) if said in set(Counted) else None
        is_done = told in (Counted.YES, Counted.AGAIN)
        response = _page(request, page, case, SAID[told] if told else "", is_done=is_done)
    # What a reader is told is his own and of this moment.
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _take(request: HttpRequest, page: ReplyPage, case: PublicCase) -> HttpResponse:
    if not _own_form(request):
        return _page(request, page, case, "反馈须在本网站的页面上提交，这一次没有计入。", status=403)
    answered = ANSWERS.get(request.POST.get("answer", ""))
    if answered is None:
        return _page(request, page, case, "请选“回答了”或“没有回答”。", status=400)
    try:
        counted = feedback_give(
            publication_id=case.publication_id,
            answered=answered,
            reason=request.POST.get("reason", "") if not answered else "",
            address=client_address(request),
            agent=request.headers.get("User-Agent", "")[:AGENT_LONGEST],
        )
    except Invalid as refusal:
        return _page(request, page, case, refusal.message, status=refusal.status)
    response = HttpResponseRedirect(f"{request.path}?said={counted}")
    response.status_code = 303
    return response


def _own_form(request: HttpRequest) -> bool:
    """Whether a browser sent this from a page of this host. One that says nothing of it is none."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    if not origin:
        return site is not None
    match = _ADDRESS.fullmatch(origin)
    return match is not None and match[1].lower() == split_domain_port(request.get_host())[0]


def _page(
    request: HttpRequest,
    page: ReplyPage,
    case: PublicCase,
    said: str,
    *,
    status: int = 200,
    is_done: bool = False,
) -> HttpResponse:
    column = column_of(page)
    address = column_address(request, column)
    here = f"{address}{page.slug}/"
    crumbs = [
        Crumb(column.title, address),
        Crumb(f"{case.session_code} {case.name}", here),
        Crumb("读者反馈"),
    ]
    context = frame(request, crumbs=crumbs, title=f"读者反馈 - {case.title}")
    context |= {
        "case": case,
        "said": said,
        "is_done": is_done,
        "page_address": here,
        "reasons": CitizenFeedback.Reason.choices,
    }
    return render(request, "luoshi_cms/feedback.html", context, status=status)
