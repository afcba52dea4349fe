"""Leases: a case is in one reviewer's hands at a time, for ten minutes that a heartbeat renews.

Every grant has a higher token than the one before (a fencing token): whoever slept through the
loss of a lease finds the door shut, whatever their own clock says.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from station.clock import Clock
from station.domain.cases import Case, offered
from station.domain.units import covers
from station.hub import schema
from station.hub.accounts import Account
from station.hub.database import Database
from station.hub.items import Items
from station.hub.rows import find_case, history_of
from station.hub.rules import refuse_own_work
from station.wire.documents import REVIEWING
from station.wire.messages import LeaseGrant
from station.wire.problems import CaseUnknown, LeaseHeld, LeaseLost, NotYourLevel

LASTS = timedelta(minutes=10)


class Leases:
    """Who has which case in hand."""

    def __init__(self, database: Database, items: Items, clock: Clock) -> None:
        self._database = database
        self._items = items
        self._clock = clock

    def take(self, case_id: str, account: Account) -> LeaseGrant:
        """Puts the case in this person's hands; their own older lease on it ends.

        Only for who may decide it now. ``LeaseHeld`` says who has it and until when.
        """
        now = self._clock()
        with self._database.write() as connection:
            case = find_case(connection, case_id, now)
            if case is None or not covers(account.person.unit.code, case.station):
                raise CaseUnknown(case=case_id)
            self._must_be_theirs(case, account)
            refuse_own_work(
                case.number,
                account.person.id,
                account.fingerprint,
                account.person.unit.level,
                history_of(connection, case_id),
            )
            if case.lease is not None and case.lease.holder != account.person.id:
                raise LeaseHeld(
                    number=case.number,
                    holder=case.lease.holder_name,
                    until=f"{case.lease.until:%H:%M}",
                )
            values = {
                "holder": account.person.id,
                "holder_name": account.person.name,
                "until": now + LASTS,
            }
            leases = schema.leases
            token = connection.scalar(
                sa.update(leases)
                .where(leases.c.case_id == case_id)
                .values(token=leases.c.token + 1, **values)
                .returning(leases.c.token)
            )
            if token is None:
                token = 1
                connection.execute(leases.insert().values(case_id=case_id, token=token, **values))
            return LeaseGrant(
                case=case_id, token=token, until=now + LASTS, rev=case.rev, head=case.head
            )

    def keep(self, case_id: str, account: Account, token: int) -> LeaseGrant:
        """Renews the lease. One that ran out is renewed too as long as nobody took the case."""
        now = self._clock()
        with self._database.write() as connection:
            case = self._change(connection, case_id, account, token, until=now + LASTS)
            return LeaseGrant(
                case=case_id, token=token, until=now + LASTS, rev=case.rev, head=case.head
            )

    def give_back(self, case_id: str, account: Account, token: int) -> None:
        """Ends the lease at once; ``LeaseLost`` when it was not this person's any more."""
        with self._database.write() as connection:
            self._change(connection, case_id, account, token, holder="", until=self._clock())

    def _change(
        self,
        connection: sa.Connection,
        case_id: str,
        account: Account,
        token: int,
        **values: object,
    ) -> Case:
        case = find_case(connection, case_id, self._clock())
        if case is None or not covers(account.person.unit.code, case.station):
            raise CaseUnknown(case=case_id)
        leases = schema.leases
        mine = sa.and_(
            leases.c.case_id == case_id,
            leases.c.token == token,
            leases.c.holder == account.person.id,
        )
        if connection.execute(sa.update(leases).where(mine).values(**values)).rowcount != 1:
            raise LeaseLost(number=case.number)
        return case

    def _must_be_theirs(self, case: Case, account: Account) -> None:
        item = self._items.of_case(case.item, case.item_version)
        actions = offered(item, case.state, account.person.unit.level, account.person.role)
        if not REVIEWING & set(actions):
            raise NotYourLevel(number=case.number)


def end_lease(connection: sa.Connection, case_id: str) -> None:
    """After an action the case is in nobody's hands; its token stays, never to be dealt again."""
    connection.execute(
        sa.update(schema.leases).where(schema.leases.c.case_id == case_id).values(holder="")
    )
