"""The training county (培训县): its units, its people, and the villagers who come to its desks.

Everything here is invented but for the names of the places; 培训 stands in every certificate that
is made from it. A real county brings its own directory and never loads this module's people.
"""

from __future__ import annotations

from dataclasses import dataclass

from station.domain.units import Person, Role, Unit

ORGANISATION = "邱县人民政府（培训）"
TRAINING_PIN = "123456"  # shown on the sign-in screen: a training key protects nothing

COUNTY = Unit("130430", "邱县行政审批局")
DONGHE = Unit("130430104", "东河镇便民服务中心")
NANXINDIAN = Unit("130430105", "南辛店镇便民服务中心")
HOUDUANZHAI = Unit("130430104213", "后段寨村便民服务站")
XIZHANG = Unit("130430104215", "西张庄村便民服务站")
NANJIE = Unit("130430105201", "南街村便民服务站")


@dataclass(frozen=True, slots=True)
class County:
    """Units and people of one county."""

    organisation: str
    units: tuple[Unit, ...]
    people: tuple[Person, ...]

    def unit(self, code: str) -> Unit:
        """The unit with this code; ``KeyError`` when the county has none."""
        for unit in self.units:
            if unit.code == code:
                return unit
        raise KeyError(code)

    def person(self, person_id: str) -> Person:
        """The person with this id; ``KeyError`` when the county has none."""
        for person in self.people:
            if person.id == person_id:
                return person
        raise KeyError(person_id)


TRAINING_COUNTY = County(
    organisation=ORGANISATION,
    units=(COUNTY, DONGHE, NANXINDIAN, HOUDUANZHAI, XIZHANG, NANJIE),
    people=(
        Person("P1001", "任春河", Role.AGENT, HOUDUANZHAI),
        Person("P1002", "李春梅", Role.AGENT, XIZHANG),
        Person("P1003", "郭秀兰", Role.AGENT, NANJIE),
        Person("P2001", "周丽萍", Role.REVIEWER, DONGHE),
        Person("P2002", "赵建军", Role.REVIEWER, DONGHE),
        Person("P2003", "郭建", Role.REVIEWER, NANXINDIAN),
        Person("P3001", "马建国", Role.APPROVER, COUNTY),
        Person("P4001", "赵敏", Role.SUPERVISOR, COUNTY),
        Person("P5001", "孙志远", Role.AUDITOR, COUNTY),
        Person("P9001", "田海", Role.ADMINISTRATOR, COUNTY),
    ),
)
