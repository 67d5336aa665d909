"""Neutral invented people: names from syllables, deputies in delegations, responsible trios of units."""

from dataclasses import dataclass

from luoshi_site.demo.workbooks.draw import Draw

SURNAMES = tuple(
    "陈林郑何许沈曹袁邓萧冯董程蔡潘苏田魏蒋邹熊孟秦江尹薛阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
FIRST = tuple("佳景若书怀思雨致以沐知乐青禾清予安可时云望秋春向启承修远又映言亦行明允念居")
SECOND = tuple("宁舟川棠岚溪原朗然和宜深渔樵耕野陌槐柏杉荷苇枫桐岩汀洲屿澜霁晴晓萌芊苓茗藜葵穗")
POSITIONS = (
    ("村民委员会主任", 18),
    ("农民", 16),
    ("专业合作社负责人", 12),
    ("中小学教师", 10),
    ("乡村医生", 6),
    ("社区工作者", 8),
    ("企业职工", 9),
    ("个体工商户", 7),
    ("企业负责人", 7),
    ("乡镇机关干部", 7),
)


@dataclass(frozen=True, slots=True)
class Person:
    """A deputy to be."""

    name: str
    delegation: str
    gender: str
    position: str


class Names:
    """Gives names, each once."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self._given: set[str] = set()

    def next(self) -> str:
        """A name that was not given before."""
        while True:
            name = self._draw.pick(SURNAMES) + self._draw.pick(FIRST) + self._draw.pick(SECOND)
            if name not in self._given:
                self._given.add(name)
                return name


def deputies_made(
    names: Names, draw: Draw, *, delegations: tuple[str, ...], count: int, namesakes: int
) -> list[Person]:
    """``count`` deputies spread over the delegations, with pairs of one name in different delegations."""
    ladder = [position for position, weight in POSITIONS for _ in range(weight)]
    people = [
        Person(
            names.next(),
            delegations[index % len(delegations)],
            "女" if draw.chance(34) else "男",
            draw.pick(ladder),
        )
        for index in range(count)
    ]
    step = len(delegations) + 1  # the neighbour's delegation
    for pair in range(namesakes):
        first, second = pair * step * 3, pair * step * 3 + step
        people[second] = Person(
            people[first].name, people[second].delegation, people[second].gender, people[second].position
        )
    order = {name: index for index, name in enumerate(delegations)}
    return sorted(people, key=lambda person: order[person.delegation])
