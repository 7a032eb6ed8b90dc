"""The plans that stand: the newest of each cycle of each campaign, read from an index and without a document."""

from sqlalchemy import BigInteger, ColumnElement, Numeric, Subquery, cast, func, select, type_coerce

from storage.schema.tables import plans


def pence(column: ColumnElement[object]) -> ColumnElement[int]:
    """Of an amount in pounds, as doubles of pounds would not add up to the penny."""
    return cast(func.round(type_coerce(column, Numeric) * 100), BigInteger)


def newest_plans(*of_plans: ColumnElement[bool]) -> Subquery:
    """Rows of `plans` that a condition holds of, with `age` 1 for the newest of their cycle."""
    of = plans.c
    newest = func.row_number().over(
        partition_by=(of.campaign_id, of.cycle), order_by=(of.recorded_at.desc(), of.id.desc())
    )
    columns = (of.campaign_id, of.verdict, of.budget, of.flight_start, newest.label("age"))
    return select(*columns).where(*of_plans).subquery()
