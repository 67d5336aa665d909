"""The register as JSON and CSV, and the feed. Addresses and names are kept: see docs/register.md."""

import csv
import io
import json
import uuid
from collections.abc import Iterator
from datetime import datetime, time
from itertools import chain, islice

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import feedgenerator, timezone

from luoshi import moment
from luoshi.publication.public import public_cases
from luoshi.publication.register import COLUMNS, SCHEMA, register_entries, table_cells
from luoshi.publication.values import PublicCase, PublicFilter
from luoshi.tenancy import tenant_current
from luoshi_cms.models import ColumnPage, ReplyPage
from luoshi_cms.site.copy import copy_of, full_address
from luoshi_cms.site.frame import column_address, reply_links

FEED_LENGTH = 50
AT_ONCE = 100
"""Entries that are sent as one piece."""
BOM = "\ufeff"


def _addresses(request: HttpRequest, column: ColumnPage) -> dict[int, str]:
    """The full address of every page of a publication. One query."""
    base = full_address(request, column_address(request, column))
    pages = ReplyPage.objects.child_of(column).live()
    return {pk: f"{base}{slug}/" for pk, slug in pages.values_list("publication_id", "slug")}


def register_json(request: HttpRequest, column: ColumnPage) -> HttpResponseBase:
    """The register as one JSON object."""
    known = _addresses(request, column)
    county = tenant_current()
    head = {
        "schema": SCHEMA,
        "county": county.code,
        "county_name": county.name,
        "made_at": _made_at(request).isoformat(timespec="seconds"),
        "address": full_address(request, request.path),
    }

    def pieces() -> Iterator[str]:
        opening = json.dumps(head, ensure_ascii=False)
        yield f'{opening[:-1]}, "entries": ['
        between = ""
        entries = register_entries(lambda pk: known.get(pk, ""))
        while chunk := list(islice(entries, AT_ONCE)):
            yield between + ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in chunk)
            between = ",\n"
        yield "]}\n"

    response = StreamingHttpResponse(pieces(), content_type="application/json; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"  # public data, for any portal's script
    return response


def register_csv(request: HttpRequest, column: ColumnPage) -> HttpResponseBase:
    """The register as a table that spreadsheets open with its Chinese intact and compute nothing of."""
    known = _addresses(request, column)

    def pieces() -> Iterator[str]:
        entries = register_entries(lambda pk: known.get(pk, ""))
        rows = chain([list(COLUMNS.values())], (table_cells(entry) for entry in entries))
        mark = BOM
        while chunk := list(islice(rows, AT_ONCE)):
            buffer = io.StringIO()
            csv.writer(buffer).writerows(chunk)
            yield mark + buffer.getvalue()
            mark = ""

    response = StreamingHttpResponse(pieces(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="register-{tenant_current().code}.csv"'
    return response


class _Feed(feedgenerator.Atom1Feed):
    """An empty feed, too, says when it was made by our own clock."""

    made_at: datetime

    def latest_post_date(self) -> datetime:
        """The newest change, or when the feed was made."""
        return super().latest_post_date() if self.items else self.made_at


def feed(request: HttpRequest, column: ColumnPage) -> HttpResponse:
    """The newest replies as Atom. Ids hang on county and publication, not on the host."""
    address = column_address(request, column)
    found = public_cases(PublicFilter(), 1, FEED_LENGTH, facets=False)
    links = reply_links(address, [row.case.publication_id for row in found.rows])
    atom = _Feed(
        title=f"{tenant_current().name}{column.title}",
        link=full_address(request, address),
        description="",
        language="zh-CN",
        feed_url=full_address(request, request.path),
        feed_guid=_urn("column"),
    )
    atom.made_at = _made_at(request)
    for row in found.rows:
        case = row.case
        link = links[case.publication_id]
        since = link.since or _midnight(case)
        text = " ".join(case.reply.split())
        atom.add_item(
            title=case.title,
            link=full_address(request, link.address),
            description=f"{text[:200]}…" if len(text) > 200 else text,
            author_name=case.lead_units[0],
            unique_id=_urn(f"publication/{case.publication_id}"),
            pubdate=since,
            updateddate=max(since, case.approved_at),
            categories=[word for word in (case.category, case.class_label) if word],
        )
    return HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _made_at(request: HttpRequest) -> datetime:
    """Now; of a static copy the day, so that the same content gives the same bytes."""
    now = timezone.localtime(moment.now())
    return now if copy_of(request) is None else now.replace(hour=0, minute=0, second=0, microsecond=0)


def _urn(name: str) -> str:
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'luoshi:{tenant_current().code}/{name}')}"


def _midnight(case: PublicCase) -> datetime:
    day = case.published_on or timezone.localdate(case.approved_at)
    return timezone.make_aware(datetime.combine(day, time.min))
