"""The place of a category among a source's."""

from collections.abc import Sequence

from domain.errors import NotFound, near_miss


def place_of(category: str, categories: Sequence[str], source: str) -> int:
    """Raises NotFound with the near miss for one that `source`, as a person calls it, has not."""
    if category not in categories:
        raise NotFound(
            f"There is no category {category!r} in {source}", remedy=near_miss(category, categories), field="category"
        )
    return categories.index(category)
