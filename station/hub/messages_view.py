"""The outbox of short messages as people see it: no names, and only the ends of numbers."""

from __future__ import annotations

import sqlalchemy as sa

from station.domain.units import Person
from station.hub import schema
from station.hub.database import Database
from station.hub.page_marks import mark, number_in
from station.notify.templates import Occasion, Templates
from station.wire.messages import SmsEntry, SmsPage, SmsStatus


class MessagesView:
    """Reads the outbox for one person at a time."""

    def __init__(self, database: Database, templates: Templates) -> None:
        self._database = database
        self._templates = templates

    def page(self, person: Person, case_id: str, after: str | None, limit: int) -> SmsPage:
        """Messages about cases of this person's area, or of one case; the newest first."""
        sms, unit = schema.sms, person.unit.code
        conditions = [sms.c.station >= unit, sms.c.station < unit + "~"]
        if case_id:
            conditions.append(sms.c.case_id == case_id)
        if after:
            conditions.append(sms.c.position < number_in(after))
        with self._database.read() as connection:
            rows = connection.execute(
                sa.select(sms, schema.cases.c.number)
                .select_from(sms.join(schema.cases, schema.cases.c.id == sms.c.case_id))
                .where(*conditions)
                .order_by(sms.c.position.desc())
                .limit(limit + 1)
            ).all()
        entries = tuple(
            SmsEntry(
                id=row.id,
                case=row.case_id,
                number=row.number,
                template=row.template,
                to=row.masked_to,
                text=self._templates.render(Occasion(row.template), row.facts),
                status=SmsStatus(row.status),
                problem=row.problem,
                created_at=row.created_at,
                finished_at=row.finished_at,
            )
            for row in rows[:limit]
        )
        return SmsPage(
            entries=entries, next=mark(rows[limit - 1].position) if len(rows) > limit else None
        )
