"""The one entrance: a file as it was handed in becomes one that may be published, or is refused."""

from luoshi.errors import Invalid, Problem
from luoshi.publication.cleaning.pdf.remaking import pdf_remade
from luoshi.publication.cleaning.pictures import picture_counts
from luoshi.publication.cleaning.plain import text_clean
from luoshi.publication.cleaning.sheets.book import book_clean
from luoshi.publication.cleaning.values import Cleaned, Tally, refuse
from luoshi.publication.cleaning.word.document import document_clean
from luoshi.suggestions.files import kinds
from luoshi.suggestions.files.checking import file_check
from luoshi.suggestions.files.kinds import MEDIA_TYPES, PICTURES, Kind, Limits, Unfit
from luoshi.suggestions.files.names import name_clean, name_join, name_split

_OFD = "OFD 文件不能清理后公开。请在 OFD 阅读软件中导出为 PDF，再上传导出的文件"


def clean(body: bytes, *, name: str, limits: Limits | None = None) -> Cleaned:
    """``body`` re-made with what can be seen in it and nothing else.

    Photos are written anew; Word and Excel are rebuilt from known elements with tracked changes accepted; the
    pages of a PDF become pictures with a layer of the text that is really visible on them; text loses letters
    that nobody sees.

    :param name: what the file is called; only its ending counts, and it has to agree with the content. What
        comes back is free of what misleads, but what it *says* is for the reviewer to judge.
    :param limits: how large a file may be; the deployment's where left out.
    :raises Invalid: where the file cannot be made clean; the message is Chinese and says what to do instead.
    """
    limits = limits or kinds.limits()
    tally = Tally()
    stem, ending = name_split(name_clean(name))
    if ending == Kind.PDF and body.startswith(b"%PDF-"):
        # Not refused for scripts or files in it, as at the upload: nothing of its structure is carried over.
        if len(body) > limits.document_bytes:
            refuse(f"超过 {kinds.size_words(limits.document_bytes)}。请拆分或压缩其中的图片后再上传")
        return Cleaned(
            pdf_remade(body, tally), name_join(stem, ending), MEDIA_TYPES[Kind.PDF], tally.removed()
        )
    try:
        checked = file_check(name, body, limits)
    except Unfit as unfit:
        raise Invalid([Problem("file", str(unfit))]) from None
    if checked.kind in PICTURES:
        picture_counts(body, tally)
        made = checked.content
    elif checked.kind == Kind.DOCX:
        made = document_clean(body, limits, tally)
    elif checked.kind == Kind.XLSX:
        made = book_clean(body, tally)
    elif checked.kind == Kind.TEXT:
        made = text_clean(body, tally)
    else:
        refuse(_OFD)
    return Cleaned(made, checked.name, MEDIA_TYPES[checked.kind], tally.removed())
