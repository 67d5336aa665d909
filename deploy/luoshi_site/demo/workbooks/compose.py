"""Composes a past session: which unit gets how many, titles, contents, people, dates, results, grades."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from luoshi.documents.spreadsheets.writing import Value
from luoshi_site.demo.workbooks.draw import Draw
from luoshi_site.demo.workbooks.people import Person
from luoshi_site.demo.workbooks.plans import YearPlan
from luoshi_site.demo.workbooks.texts import RURAL, CountyText, Own, Title

# Roles that a county has but that lead nothing there: they take part as 分办 or 会办.
NEVER_LEADS = frozenset({"town"})
OPENINGS = ("", "", "", "近年来，", "走访选区时，不少群众反映：", "据调查了解，", "群众反映，")
WISHES = (
    "把这项工作列入年度计划，落实经费和责任单位",
    "办理前到现场看一看，听取群众意见",
    "明确完成时限，定期向代表通报进展",
    "建成后落实管护单位，防止建而不管",
)
NUMERALS = "一二三四"
SUPERVISORS = (
    "{c}人大常委会主任",
    "{c}人大常委会副主任（联系农业农村）",
    "{c}人大常委会副主任（联系教科文卫）",
    "{c}人大常委会副主任（联系财经）",
    "{c}人大常委会副主任（联系城建环保）",
)


@dataclass(slots=True)
class Draft:
    """A suggestion on its way into a row."""

    title: str
    content: str
    category: str
    place: str
    lead: tuple[str, ...]
    separate: tuple[str, ...]
    co: tuple[str, ...]
    result: str = ""
    key: bool = False
    between: bool = False


class Composer:
    """Composes the sessions of one county; titles never repeat within it."""

    def __init__(self, county: CountyText, titles: Sequence[Title], deputies: Sequence[Person]) -> None:
        roles = {unit.role for unit in county.units}
        self._county = county
        self._deputies = deputies
        self._roles = roles
        self._titles = [
            title
            for title in titles
            if title.role in roles and not any(word in title.text for word in county.skip)
        ]
        counted = Counter(person.name for person in deputies)
        self._namesakes = [person for person in deputies if counted[person.name] > 1]
        self._taken: set[str] = {own.title for own in county.own}
        self._draw = Draw(f"{county.code}:titles")
        self._places = {title.text: self._draw.shuffled(self._places_for(title)) for title in self._titles}

    def session(self, plan: YearPlan, *, handed_over_on: date) -> list[dict[str, Value]]:
        """The rows of a past session by column key, in the order of their numbers."""
        draw = Draw(f"{self._county.code}:{plan.session}")
        own = [entry for entry in self._county.own if entry.session in ("", plan.session)]
        drafts = [self._own_draft(entry) for entry in own]
        drafts += self._drafts(
            plan.total - len(drafts), Counter(entry.lead[0] for entry in own if entry.lead), draw
        )
        for draft in draw.sample(drafts[len(own) :], plan.between):
            draft.between = True
        missing = plan.key - sum(draft.key for draft in drafts)
        for draft in draw.sample([draft for draft in drafts[len(own) :] if not draft.between], missing):
            draft.key = True
        drafts = sorted(draw.shuffled(drafts), key=lambda draft: draft.between)
        self._classify(drafts, plan.classes, draw)
        process = _grades(drafts, plan.process, draw)
        result = _grades(drafts, plan.result, draw)
        contacts = _contacts(len(drafts), plan.person_times, plan.silent, draw)
        keys = iter(range(plan.key))
        rows = []
        for index, draft in enumerate(drafts):
            handed, replied = _dates(handed_over_on, draft.between, draw)
            records, person_times = contacts[index]
            row: dict[str, Value] = {
                "number": index + 1,
                "title": draft.title,
                "content": draft.content,
                "category": draft.category,
                "raised_when": "闭会" if draft.between else "大会",
                "lead_units": self._names(draft.lead),
                "separate_units": self._names(draft.separate),
                "co_units": self._names(draft.co),
                "handed_over_on": handed,
                "replied_on": replied,
                "result_code": draft.result,
                "grade_process": process[index],
                "grade_result": result[index],
                "contact_records": records,
                "contact_person_times": person_times,
                "is_key": "是" if draft.key else "否",
                "publish": "是" if draw.chance(70 if draft.result in "CD" else 92) else "否",
                **self._leaders(draft, plan, keys),
                **self._proposers(draft, index, draw),
            }
            rows.append(row)
        return rows

    def _places_for(self, title: Title) -> list[str]:
        towns, streets = list(self._county.towns), list(self._county.streets)
        if title.where == "town" or RURAL.search(title.text):
            return towns
        return streets if title.where == "street" else [*towns, *streets]

    def _drafts(self, count: int, led: Counter[str], draw: Draw) -> list[Draft]:
        """Drafts from topics, so that every role leads at least once and the weights are kept."""
        drafts = []
        for role, number in _shares(self._county, count, led).items():
            titles = draw.shuffled([title for title in self._titles if title.role == role])
            drafts += [self._draft(titles, turn, draw) for turn in range(number)]
        return drafts

    def _draft(self, titles: Sequence[Title], turn: int, draw: Draw) -> Draft:
        """The next free title of a role, with its content."""
        for offset in range(len(titles)):
            title = titles[(turn + offset) % len(titles)]
            places = self._places[title.text]
            while places:
                place = places.pop()
                text = self._worded(title.text, place, draw)
                if text not in self._taken:
                    self._taken.add(text)
                    co = [role for role in title.co_roles if role in self._roles and role != title.role]
                    return Draft(
                        title=text,
                        content=self._content(title, place, draw),
                        category=title.category,
                        place=place,
                        lead=(title.role,),
                        separate=(),
                        co=tuple(draw.sample(co, draw.between(1, 2))) if draw.chance(32) else (),
                    )
        raise ValueError(f"{self._county.code}: no titles left for {titles[0].role if titles else 'a role'}")

    def _own_draft(self, own: Own) -> Draft:
        return Draft(
            own.title,
            own.content,
            own.category,
            own.place,
            own.lead,
            own.separate,
            own.co,
            own.result,
            own.key,
        )

    def _content(self, title: Title, place: str, draw: Draw) -> str:
        """Two or three sentences and the wishes, mostly numbered as 一、二、三、."""
        fitting = [part for part in title.facts if place in self._county.towns or not RURAL.search(part)]
        facts = draw.sample(fitting or title.facts, 2)
        facts.sort(key=lambda fact: "{p}" not in fact)
        asks = [part for part in title.asks if place in self._county.towns or not RURAL.search(part)]
        asks = draw.sample(asks or title.asks, draw.between(2, 3))
        while len(asks) < 2 or (len(asks) == 2 and draw.chance(25)):
            asks.append(draw.pick([wish for wish in WISHES if wish not in asks]))
        opening = draw.pick(OPENINGS)
        if facts[0].startswith("近"):
            opening = opening.removeprefix("近年来，")
        told = opening + "".join(f"{fact}。" for fact in facts)
        if draw.chance(22):
            wish = f"建议{asks[0]}；{asks[1]}。"
        else:
            wish = "建议：" + "".join(f"\n{NUMERALS[number]}、{ask}。" for number, ask in enumerate(asks))
        return self._worded(told + wish, place, draw)

    def _worded(self, text: str, place: str, draw: Draw) -> str:
        """Fill a text's marks; each number is drawn anew."""

        def filled(match: re.Match[str]) -> str:
            mark = match[1]
            if mark == "p":
                return place
            if mark == "q":
                towns = self._county.towns
                near = draw.between(1, 4)
                return towns[(towns.index(place) + near) % len(towns)]
            if mark == "crop":
                return self._county.crop
            if mark == "k":
                return f"{draw.between(1, 8)}.{draw.between(1, 9)}"
            return str(draw.between(*{"n": (2, 9), "t": (20, 90), "h": (110, 890), "y": (3, 12)}[mark]))

        worded = re.sub(r"\{(p|q|n|t|h|y|k|crop)\}", filled, text)
        return worded.replace("街道集镇", "街道中心区").replace("集镇集镇", "集镇")

    def _classify(self, drafts: Sequence[Draft], classes: Mapping[str, int], draw: Draw) -> None:
        """Exactly as many of each letter as planned; suggestions of a county's own keep theirs."""
        left = Counter(classes)
        left.subtract(draft.result for draft in drafts if draft.result)
        letters = iter(draw.shuffled([letter for letter in classes for _ in range(left[letter])]))
        for draft in drafts:
            draft.result = draft.result or next(letters)

    def _names(self, roles: Sequence[str]) -> str | None:
        return "、".join(self._county.unit(role).name for role in roles) or None

    def _leaders(self, draft: Draft, plan: YearPlan, keys: Iterator[int]) -> dict[str, Value]:
        letter = self._county.letter
        role = (draft.lead or draft.separate)[0]
        handling: str | None = None
        if plan.leaders_for_all or (draft.key and plan.handled_by_leader):
            handling = self._county.unit(role).leader
        if not draft.key:
            return {"handling_leader": handling}
        place = next(keys)
        if place == 0 and plan.handled_by_leader:
            handling = f"{letter}长"
        supervisor = SUPERVISORS[place % len(SUPERVISORS)].replace("{c}", letter)
        return {"handling_leader": handling, "supervising_leader": supervisor, "note": plan.key_note or None}

    def _proposers(self, draft: Draft, index: int, draw: Draw) -> dict[str, Value]:
        """Lead and co-signers; namesakes are told apart in brackets. Every namesake leads once."""
        local = [person for person in self._deputies if person.delegation == draft.place]
        lead = draw.pick(local if local and draw.chance(85) else self._deputies)
        if index < len(self._namesakes):
            lead = self._namesakes[index]
        kind = draw.below(100)
        cells: dict[str, Value] = {"delegation": lead.delegation, "lead": self._shown(lead)}
        if kind < 6 and index >= len(self._namesakes):
            cells["proposer_kind"] = "代表团"
            if draw.chance(50):
                cells["lead"] = None
        elif kind < 46:
            others = [person for person in self._deputies if person.name != lead.name]
            near = [person for person in others if person.delegation == lead.delegation]
            signers = draw.sample(near, draw.between(1, 5)) + draw.sample(
                [person for person in others if person.delegation != lead.delegation], draw.below(4)
            )
            if index == 0:
                signers += [person for person in self._namesakes if person.name != lead.name][:2]
            cells["proposer_kind"] = "联名"
            cells["co_signers"] = "、".join(dict.fromkeys(self._shown(person) for person in signers))
        else:
            cells["proposer_kind"] = "个人"
        return cells

    def _shown(self, person: Person) -> str:
        same = any(other.name == person.name for other in self._namesakes)
        return f"{person.name}（{person.delegation}）" if same else person.name


def _shares(county: CountyText, count: int, led: Counter[str]) -> dict[str, int]:
    """How many more each role leads: by weight (2 where none is given), at least one in all."""
    roles = [unit.role for unit in county.units if unit.role not in NEVER_LEADS]
    weights = {role: county.weights.get(role, 2) for role in roles}
    whole = count + sum(led.values())
    total = sum(weights.values())
    shares = {role: max(1, whole * weights[role] // total) - led[role] for role in roles}
    shares = {role: max(share, 0) for role, share in shares.items()}
    heavy = sorted(roles, key=lambda role: -weights[role])
    turn = 0
    while (difference := count - sum(shares.values())) != 0:
        role = heavy[turn % len(heavy)]
        turn += 1
        if difference > 0:
            shares[role] += 1
        elif shares[role] + led[role] > 1 and shares[role] > 0:
            shares[role] -= 1
    return shares


def _grades(drafts: Sequence[Draft], counts: Mapping[str, int], draw: Draw) -> list[str | None]:
    """Exactly as many of each grade as planned; worse classes tend to worse grades, the rest has none."""
    given: list[str | None] = [None] * len(drafts)
    ranks = sorted(
        range(len(drafts)), key=lambda index: (ord(drafts[index].result) - 65) * 30 + draw.below(100)
    )
    silent = set(draw.sample(ranks, len(drafts) - sum(counts.values())))
    graded = [index for index in ranks if index not in silent]
    ladder = [grade for grade, count in counts.items() for _ in range(count)]
    for index, grade in zip(graded, ladder, strict=True):
        given[index] = grade
    return given


def _contacts(count: int, person_times: int, silent: int, draw: Draw) -> list[tuple[int, int]]:
    """Records and person-times of each item: at least one person-time unless silent, the sum as planned."""
    order = draw.shuffled(range(count))
    times = [0] * count
    spoken = order[silent:]
    for index in spoken:
        times[index] = 1
    left = person_times - len(spoken)
    while left:
        index = draw.pick(spoken)
        if times[index] < 6 and (times[index] < 3 or draw.chance(30)):
            times[index] += 1
            left -= 1
    return [(draw.between((number + 1) // 2, number), number) for number in times]


def _dates(handed_over_on: date, between: bool, draw: Draw) -> tuple[date, date]:
    """Hand-over and reply on working weekdays; every reply within three months."""
    handed = handed_over_on
    if between:
        handed = _weekday(handed_over_on + timedelta(days=draw.between(40, 190)))
    return handed, _weekday(handed + timedelta(days=draw.between(20, 88)))


def _weekday(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))
