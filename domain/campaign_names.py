"""What a campaign is called, wherever one is named: two on one category differ in whom they are for, or where."""

from domain.plan import Audience


def campaign_name(category: str | None, audience: Audience | None, otherwise: str) -> str:
    """`Soup for lapsing buyers in London`; the category alone until there is a plan, and `otherwise` before that."""
    if not category:
        return otherwise
    subject = f"{category[:1].upper()}{category[1:]}"
    return f"{subject} for {audience.told}" if audience else subject
