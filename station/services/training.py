"""Setting up the training county: the authority and everybody's keys, in the training folder."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from signing.authority.training import CountyPlan, PersonPlan, TrainingAuthority, UnitPlan
from station.clock import Clock, china_now
from station.services.county import TRAINING_COUNTY, TRAINING_PIN, County


def plan_of(county: County) -> CountyPlan:
    """What the authority has to enrol for ``county``."""
    return CountyPlan(
        name="邱县",
        organisation=county.organisation,
        persons=tuple(
            PersonPlan(
                name=person.name,
                person_id=person.id,
                role=person.role.word,
                unit_code=person.unit.code,
                unit_name=person.unit.name,
            )
            for person in county.people
        ),
        units=tuple(UnitPlan(unit.code, unit.name) for unit in county.units),
    )


def set_up_training(
    folder: Path, county: County = TRAINING_COUNTY, clock: Clock = china_now
) -> TrainingAuthority:
    """Makes what is missing of the county's keys in ``folder``; quick when all is there."""

    def utc() -> datetime:
        return clock()

    return TrainingAuthority.set_up(folder, plan_of(county), TRAINING_PIN, clock=utc)
