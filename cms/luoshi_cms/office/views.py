"""公开网站: its look and its redirects, in the workbench of the system administrator."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods
from wagtail.contrib.redirects.models import Redirect

from luoshi.accounts.actor import Actor, Role
from luoshi.errors import Invalid, NotFound
from luoshi.suggestions.files.kinds import ACCEPT
from luoshi.workbench.people import frame, workbench_page
from luoshi_cms.look import Palette, SiteLook
from luoshi_cms.office.services import (
    ADDRESS_LONGEST,
    LOOK_FIELDS,
    NAME_LONGEST,
    look_current,
    look_set,
    redirect_add,
    redirect_remove,
)

SHOWN = 500


class LookForm(forms.Form):
    """What the look is made of. What is wrong with a value, the service says."""

    name = forms.CharField(label="网站名称", max_length=NAME_LONGEST)
    palette = forms.ChoiceField(
        label="颜色",
        choices=Palette.choices,
        help_text="四种颜色与白字的对比度都在 7∶1 以上。",
        error_messages={"invalid_choice": "请从所列的颜色中选择：其他颜色的对比度不能保证看得清"},
    )
    emblem = forms.FileField(
        label="徽标",
        required=False,
        help_text="JPG、PNG 或 WebP 图片，显示在网站名称前面。",
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )
    drops_emblem = forms.BooleanField(label="不再使用现在的徽标", required=False)
    organiser = forms.CharField(label="主办单位", required=False, max_length=100)
    maintainer = forms.CharField(label="承办单位", required=False, max_length=100)
    contact = forms.CharField(
        label="联系方式", required=False, max_length=100, help_text="单位的办公电话或邮箱。"
    )
    icp = forms.CharField(label="ICP 备案号", required=False, max_length=60)
    police_record = forms.CharField(label="公安备案号", required=False, max_length=60)
    site_id_code = forms.CharField(
        label="网站标识码",
        required=False,
        max_length=20,
        help_text="十位数字；只有县里自己的政府网站直接使用本栏目时才填。",
    )
    portal_origins = forms.CharField(
        label="允许嵌入的门户网站",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="每行一个，以 https:// 开头，只到域名为止。",
    )


class RedirectForm(forms.Form):
    """An old address and where it leads."""

    old = forms.CharField(
        label="旧网址", max_length=ADDRESS_LONGEST, help_text="以“/”开头，如 /2019/jianyi.html"
    )
    new = forms.CharField(label="转到", max_length=ADDRESS_LONGEST, help_text="本站的网址，如 /jianyi/")


@require_http_methods(["GET", "HEAD", "POST"])
@workbench_page
def look_edit(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The look as a form.

    :raises Http404: for anybody but the system administrator.
    """
    _administrator(actor)
    look = look_current()
    kept = {"name": look.site.site_name, **{field: getattr(look, field) for field in LOOK_FIELDS}}
    is_sent = request.method == "POST"
    form = LookForm(request.POST if is_sent else None, request.FILES if is_sent else None, initial=kept)
    if look.emblem_id is None:
        del form.fields["drops_emblem"]
    if request.method == "POST" and form.is_valid():
        given, picture = form.cleaned_data, form.cleaned_data["emblem"]
        try:
            is_changed = look_set(
                name=given["name"],
                data={field: given[field] for field in LOOK_FIELDS},
                emblem=None if picture is None else (picture.name, picture.read()),
                drops_emblem=given.get("drops_emblem", False),
                actor=actor,
            )
            messages.success(request, "已保存，公开网站马上使用" if is_changed else "没有改动")
            return redirect("site-look")
        except Invalid as refusal:
            _problems_show(form, refusal)
    return _page(request, actor, "look", form, look)


@require_http_methods(["GET", "HEAD", "POST"])
@workbench_page
def redirects_edit(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The redirects, one more, or one less.

    :raises Http404: for anybody but the system administrator.
    """
    _administrator(actor)
    form = RedirectForm()
    if request.method == "POST" and "remove" in request.POST:
        number = request.POST["remove"]
        try:
            redirect_remove(
                redirect_id=int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0,
                actor=actor,
            )
            messages.success(request, "已删除")
        except NotFound as refusal:
            messages.error(request, refusal.message)
        return redirect("site-redirects")
    if request.method == "POST":
        form = RedirectForm(request.POST)
        if form.is_valid():
            try:
                redirect_add(old=form.cleaned_data["old"], new=form.cleaned_data["new"], actor=actor)
                messages.success(request, "已添加")
                return redirect("site-redirects")
            except Invalid as refusal:
                _problems_show(form, refusal)
    return _page(request, actor, "redirects", form, None)


def _administrator(actor: Actor) -> None:
    if not actor.has(Role.SYSTEM_ADMIN):
        raise Http404


def _problems_show(form: forms.Form, refusal: Invalid) -> None:
    for problem in refusal.problems:
        form.add_error(problem.field if problem.field in form.fields else None, problem.message)


def _page(
    request: HttpRequest, actor: Actor, name: str, form: forms.Form, look: SiteLook | None
) -> HttpResponse:
    context = {
        **frame(request, actor),
        "form": form,
        "look": look,
        "here": name,
        "redirects": Redirect.objects.select_related("redirect_page").order_by("old_path")[:SHOWN]
        if name == "redirects"
        else (),
    }
    status = 400 if form.errors else 200
    return render(request, f"luoshi_cms/office/{name}.html", context, status=status)
