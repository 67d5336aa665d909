"""Does the log still say what was written? Every chain, every payload and every seal is computed anew."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection, transaction

from luoshi.audit.canonical import GENESIS, canonical_json, event_hash, payload_digest, seal_hash
from luoshi.audit.models import Event, Seal, Stream, event_id
from luoshi.audit.services import PAYLOAD_ERASED

FINDINGS_KEPT = 1000
CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was written. ``seq``: of the event; with no ``stream``, of the seal."""

    stream: str
    seq: int
    message: str

    def __str__(self) -> str:
        where = f"{self.stream} 第{self.seq}号" if self.stream else f"封存第{self.seq}号"
        return f"{where}：{self.message}"


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """What was read and what was found. ``erased``: events whose payload was erased properly.

    ``findings`` holds the first :data:`FINDINGS_KEPT` of ``findings_total``.
    """

    streams: int
    events: int
    erased: int
    seals: int
    findings: tuple[Finding, ...]
    findings_total: int

    @property
    def ok(self) -> bool:
        """True when nothing was found."""
        return self.findings_total == 0


def audit_verify(*, anchors: Mapping[int, str] | None = None) -> VerificationReport:
    """Verify the whole log of the current county, at one moment of it and without locking anybody out.

    Finds: a changed column of an event, stream or seal; an event that is missing, moved or added; a chain cut
    back behind a seal; a payload that does not match its digest, or went without a record of its erasure; a
    seal that is missing or broken.

    :param anchors: hashes of seals by their ``seq``, as noted down outside the county's database. Without
        them a log rewritten from end to end, seals included, cannot be told from a true one.
    """
    checker = _Checker()
    with _snapshot():
        checker.read_seals(anchors or {})
        checker.read_streams()
    return VerificationReport(
        streams=checker.streams,
        events=checker.events,
        erased=checker.erased,
        seals=checker.seals,
        findings=tuple(checker.findings),
        findings_total=checker.findings_total,
    )


@contextmanager
def _snapshot() -> Iterator[None]:
    """One moment of the database for several queries; in a caller's transaction, whatever that sees."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@dataclass(slots=True)
class _Chain:
    """One stream while its events are read."""

    stream: Stream
    seq: int = 0
    hash: str = GENESIS
    erased: set[int] = field(default_factory=set)
    recorded: set[int] = field(default_factory=set)


@dataclass(slots=True)
class _Checker:
    streams: int = 0
    events: int = 0
    erased: int = 0
    seals: int = 0
    findings: list[Finding] = field(default_factory=list)
    findings_total: int = 0
    # What the seals say: stream key -> seq -> hash.
    marks: dict[str, dict[int, str]] = field(default_factory=dict)

    def note(self, stream: str, seq: int, message: str) -> None:
        self.findings_total += 1
        if len(self.findings) < FINDINGS_KEPT:
            self.findings.append(Finding(stream, seq, message))

    def read_seals(self, anchors: Mapping[int, str]) -> None:
        seq, prev_hash = 0, GENESIS
        unseen = dict(anchors)
        for seal in Seal.objects.order_by("seq").iterator(chunk_size=CHUNK):
            self.seals += 1
            if seal.seq != seq + 1:
                self.note("", seq + 1, f"缺少第{seq + 1}号至第{seal.seq - 1}号封存")
            elif seal.prev_hash != prev_hash:
                self.note("", seal.seq, "与前一封存不衔接")
            if seal.hash != _computed(seal):
                self.note("", seal.seq, "封存的内容与其摘要不符，可能被改动")
            if unseen.pop(seal.seq, seal.hash) != seal.hash:
                self.note("", seal.seq, "与在外留存的封存摘要不符，整条记录可能被重写")
            self._mark(seal)
            seq, prev_hash = seal.seq, seal.hash
        for missing in sorted(unseen):
            self.note("", missing, "在外留有其摘要的封存已不存在")

    def _mark(self, seal: Seal) -> None:
        for head in seal.heads if isinstance(seal.heads, list) else []:
            match head:
                case [str(key), int(seq), str(digest)]:
                    self.marks.setdefault(key, {})[seq] = digest

    def read_streams(self) -> None:
        streams = {stream.pk: stream for stream in Stream.objects.order_by("id").iterator(chunk_size=CHUNK)}
        self.streams = len(streams)
        chain: _Chain | None = None
        for event in Event.objects.order_by("stream_id", "seq").iterator(chunk_size=CHUNK):
            self.events += 1
            if chain is None or chain.stream.pk != event.stream_id:
                if chain is not None:
                    self._finish(chain)
                stream = streams.pop(event.stream_id, None) or Stream(id=event.stream_id, key="（缺失的链）")
                chain = _Chain(stream)
            self._event(chain, event)
        if chain is not None:
            self._finish(chain)
        for stream in streams.values():
            self._finish(_Chain(stream))
        for key, marks in self.marks.items():
            self.note(key, max(marks), "曾经封存的整条链已不存在")

    def _event(self, chain: _Chain, event: Event) -> None:
        key = chain.stream.key
        if event.seq != chain.seq + 1:
            self.note(key, chain.seq + 1, f"缺少第{chain.seq + 1}号至第{event.seq - 1}号事件")
        elif event.prev_hash != chain.hash:
            self.note(key, event.seq, "与前一事件不衔接，顺序或内容可能被改动")
        computed = event_hash(
            stream=key,
            seq=event.seq,
            kind=event.kind,
            at=event.at,
            actor_id=event.actor_id,
            actor_role=event.actor_role,
            digest=event.payload_digest,
            prev_hash=event.prev_hash,
        )
        if event.hash != computed or event.pk != event_id(event.stream_id, event.seq):
            self.note(key, event.seq, "事件与其摘要不符，可能被改动")
        sealed = self.marks.get(key, {}).get(event.seq)
        if sealed not in (None, event.hash):
            self.note(key, event.seq, "与封存时的摘要不符，事件可能被替换")
        self._payload(chain, event)
        chain.seq, chain.hash = event.seq, event.hash

    def _payload(self, chain: _Chain, event: Event) -> None:
        if event.payload is None and event.payload_salt is None:
            chain.erased.add(event.seq)
            return
        if not _payload_matches(event):
            self.note(chain.stream.key, event.seq, "事件内容与其摘要不符，可能被改动")
        elif event.kind == PAYLOAD_ERASED and event.payload:
            chain.recorded.add(event.payload["seq"])

    def _finish(self, chain: _Chain) -> None:
        stream = chain.stream
        marks = self.marks.pop(stream.key, {})
        sealed_seq = max(marks, default=0)
        if sealed_seq > chain.seq:
            self.note(stream.key, sealed_seq, f"封存后被回退：现在只到第{chain.seq}号事件")
        if (stream.head_seq, stream.head_hash) != (chain.seq, chain.hash):
            self.note(stream.key, stream.head_seq, f"链的末端登记与第{chain.seq}号事件不符，末尾可能被删改")
        if stream.sealed_seq != sealed_seq:
            self.note(stream.key, stream.sealed_seq, f"登记的封存位置与封存记录（第{sealed_seq}号）不符")
        for seq in sorted(chain.erased - chain.recorded):
            self.note(stream.key, seq, "内容缺失，但没有清除记录")
        for seq in sorted(chain.recorded - chain.erased):
            self.note(stream.key, seq, "内容已有清除记录，却仍然存在")
        self.erased += len(chain.erased & chain.recorded)


def _computed(seal: Seal) -> str | None:
    try:
        return seal_hash(seq=seal.seq, at=seal.at, heads=seal.heads, prev_hash=seal.prev_hash)
    except (TypeError, ValueError):
        return None  # a changed value that no seal of ours can hold


def _payload_matches(event: Event) -> bool:
    if event.payload_salt is None or not isinstance(event.payload, dict):
        return False
    try:
        return payload_digest(event.payload_salt, canonical_json(event.payload)) == event.payload_digest
    except (TypeError, ValueError):
        return False  # a changed value that no payload of ours can hold
