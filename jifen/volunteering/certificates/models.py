"""Who may certify, and what was certified: frozen as it was printed."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core import clock
from jifen.core.db import Base
from jifen.core.types import UTCDateTime
from jifen.volunteering.certificates.states import UNDERWAY, BatchState, CertificateState

_UNDERWAY = ", ".join(f"'{state}'" for state in UNDERWAY)


class Entitlement(Base):
    """That an organisation may issue certificates, from a day on (出具资格); the Work Committee says so."""

    __tablename__ = "certificate_entitlement"
    __table_args__ = (
        ExcludeConstraint(
            (sa.literal_column("int8range(unit_id, unit_id, '[]')"), "&&"),
            (sa.literal_column("daterange(since, until)"), "&&"),
            name="ex_certificate_entitlement_once",
            using="gist",
        ),
        sa.CheckConstraint("until IS NULL OR until >= since", name="dates"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    #: As on its seal.
    full_name: Mapped[str] = mapped_column(sa.String(120))
    #: Of the office: telephone, address; no private one.
    contact: Mapped[str] = mapped_column(sa.String(120))
    #: Document by which the Work Committee said so.
    basis: Mapped[str | None] = mapped_column(sa.String(300))
    since: Mapped[dt.date]
    #: First day on which it may no more.
    until: Mapped[dt.date | None]
    marked_by: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    marked_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    ended_by: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)


class Certificate(Base):
    """A certificate (志愿服务记录证明): from the request to the register.

    What was printed never changes: a trigger refuses. What came later stands
    beside it: a withdrawal, and records that no longer count.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        sa.CheckConstraint(f"state IN ({', '.join(repr(str(s)) for s in CertificateState)})", name="state"),
        sa.CheckConstraint("(printed_at IS NULL) = (number IS NULL)", name="numbered_when_printed"),
        sa.CheckConstraint(
            "printed_at IS NULL OR (minutes_verified + minutes_attested > 0 AND first_on IS NOT NULL"
            " AND last_on IS NOT NULL AND digest IS NOT NULL)",
            name="whole_when_printed",
        ),
        sa.CheckConstraint(
            "(state IN ('registered', 'withdrawn') OR register_no IS NULL)"
            " AND (state <> 'registered' OR register_no IS NOT NULL)",
            name="registered",
        ),
        sa.CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn"),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (cause IS NULL)", name="withdrawn_for_a_cause"),
        sa.CheckConstraint(
            "printed_by <> member_id AND signed_by <> member_id AND sealed_by <> member_id"
            " AND registered_by <> member_id",
            name="never_by_himself",
        ),
        sa.UniqueConstraint("unit_id", "register_year", "register_no", name="uq_certificate_register"),
        sa.Index(
            "uq_certificate_underway",
            "unit_id",
            "member_id",
            unique=True,
            postgresql_where=sa.text(f"state IN ({_UNDERWAY})"),
        ),
        sa.Index("ix_certificate_member", "member_id", "id"),
        sa.Index("ix_certificate_unit", "unit_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    #: No foreign key: the register outlives an erased person.
    member_id: Mapped[int] = mapped_column(sa.BigInteger)
    #: Who issues it and answers for it.
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    state: Mapped[str] = mapped_column(sa.String(12), default=CertificateState.REQUESTED)
    #: Of which civil year; None: of all.
    year: Mapped[int | None]
    requested_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    #: The member himself, or who asked for him.
    requested_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    #: Sixteen digits, the last one a check; random, so that nobody guesses the next.
    number: Mapped[str | None] = mapped_column(sa.String(16), unique=True)
    #: As printed; erasable.
    name: Mapped[str | None] = mapped_column(sa.String(80))
    member_number: Mapped[str | None] = mapped_column(sa.String(20))
    unit_name: Mapped[str | None] = mapped_column(sa.String(120))
    contact: Mapped[str | None] = mapped_column(sa.String(120))
    #: By check-in and check-out, and written down afterwards; they never mix.
    minutes_verified: Mapped[int] = mapped_column(default=0)
    minutes_attested: Mapped[int] = mapped_column(default=0)
    #: Civil days of the first and the last service.
    first_on: Mapped[dt.date | None]
    last_on: Mapped[dt.date | None]
    #: SHA-256 over all that was printed, records too.
    digest: Mapped[str | None] = mapped_column(sa.String(64))
    printed_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    printed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    signed_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    signed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    sealed_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    sealed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    registered_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    registered_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    #: Running number of the organisation's register in a year.
    register_year: Mapped[int | None]
    register_no: Mapped[int | None]
    withdrawn_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    #: unit, objection: why it was withdrawn, as a stranger may read it.
    cause: Mapped[str | None] = mapped_column(sa.String(12))
    #: Why it was withdrawn or declined; erasable.
    reason: Mapped[str | None] = mapped_column(sa.String(200))
    #: The batch that printed it.
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("certificate_batch.id"), index=True)

    @property
    def minutes(self) -> int:
        """All minutes that it tells of."""
        return self.minutes_verified + self.minutes_attested


class CertificateLine(Base):
    """A record as a certificate tells of it; append-only by a trigger."""

    __tablename__ = "certificate_line"

    certificate_id: Mapped[int] = mapped_column(sa.ForeignKey("certificate.id"), primary_key=True)
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("service_record.id"), primary_key=True, index=True)
    #: What it was called on that day (服务内容).
    title: Mapped[str] = mapped_column(sa.String(80))


class CertificateBatch(Base):
    """The certificates of a whole branch, printed one after the other; may be stopped and goes on where it was."""

    __tablename__ = "certificate_batch"
    __table_args__ = (
        sa.CheckConstraint("state IN ('running', 'stopped', 'done')", name="state"),
        sa.Index(
            "uq_certificate_batch_open",
            "unit_id",
            "branch_id",
            unique=True,
            postgresql_where=sa.text("state <> 'done'"),
        ),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    branch_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    #: Of which civil year; None: of all.
    year: Mapped[int | None]
    state: Mapped[str] = mapped_column(sa.String(12), default=BatchState.RUNNING)
    #: People of the branch when it began, those looked at, and those of them who got one.
    total: Mapped[int]
    seen: Mapped[int] = mapped_column(default=0)
    printed: Mapped[int] = mapped_column(default=0)
    #: The last member looked at.
    after: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    started_by: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    started_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    door: Mapped[str] = mapped_column(sa.String(12))


class CertificateLeftOut(Base):
    """Somebody whom a batch gave no certificate, and why."""

    __tablename__ = "certificate_left_out"

    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("certificate_batch.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True, index=True)
    #: Code of the refusal: nothing_to_certify, certificate_underway, own_certificate …
    code: Mapped[str] = mapped_column(sa.String(40))
    left_on: Mapped[dt.date] = mapped_column(default=clock.today)
