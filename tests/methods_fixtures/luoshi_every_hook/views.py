from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from luoshi_every_hook.models import Note


def notes(request: HttpRequest, case_id: int) -> HttpResponse:
    """The notes of one case."""
    return render(request, "every-hook/notes.html", {"notes": Note.objects.filter(case_id=case_id)})


def home(request: HttpRequest) -> HttpResponse:
    """The method's own start page."""
    return HttpResponse("全钩子工作法")
