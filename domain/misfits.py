"""What a form would take in silence is named, however deep it lies: a key it does not know, with the one that was
meant, and a switch where a number belongs."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, get_args

from pydantic import BaseModel

from domain.errors import BadInput, near_miss, shown


def refuse_unknown_keys(form: type[BaseModel], given: object, *, place: str = "") -> None:
    """Raises BadInput for the first key of `given`, JSON as it came, that `form` has no field for; `place` is where in
    the whole it stands. Whatever else is wrong with it is for the form to say."""
    if not isinstance(given, Mapping):
        return
    for name, value in given.items():
        key = str(name)
        known = form.model_fields.get(key)
        where = f"{place}.{key}" if place else key
        if known is None:
            raise _no_such_field(form, key, place)
        forms = list(forms_in(known.annotation))
        if len(forms) == 1:
            for part, at in _parts(value, where):
                refuse_unknown_keys(forms[0], part, place=at)


def unknown_key(form: type[BaseModel], errors: Sequence[Mapping[str, Any]], *, before: int = 0) -> BadInput | None:
    """Of what Pydantic found wrong, the first key that `form` has no field for, with the one that was meant; None where
    there is none. It goes before all else: whoever misspells a key is not helped by hearing that the right one is
    missing. `before` is how many names of each place are not the form's, as `body` of a request's."""
    for error in errors:
        *way, key = error["loc"][before:] or ("",)
        inner = _form_at(form, way) if error["type"] == "extra_forbidden" else None
        if inner is not None:
            place = ".".join(str(part) for part in way)
            return _no_such_field(inner, str(key), place)
    return None


def refuse_switches(form: type[BaseModel], given: object, *, place: str = "") -> None:
    """Raises BadInput for the first `true` or `false` of `given` that stands where `form` has a number, however deep it
    lies: it would be read as 1 or 0."""
    if not isinstance(given, Mapping):
        return
    for name, value in given.items():
        known = form.model_fields.get(str(name))
        if known is None:
            continue
        where = f"{place}.{name}" if place else str(name)
        plain = set(_plain_types(known.annotation))
        if isinstance(value, bool) and plain & _NUMBERS and bool not in plain:
            said = str(value).lower()
            raise BadInput(f"{where}: {said} is no number", remedy=f"give a number instead of {said}", field=where)
        forms = list(forms_in(known.annotation))
        if len(forms) == 1:
            for part, at in _parts(value, where):
                refuse_switches(forms[0], part, place=at)


def _no_such_field(form: type[BaseModel], key: str, place: str) -> BadInput:
    return BadInput(
        f"there is no field {shown(key)}{f' in {place}' if place else ''}",
        remedy=near_miss(key, list(form.model_fields)),
        field=f"{place}.{key}" if place else key,
    )


def _form_at(form: type[BaseModel], way: Sequence[str | int]) -> type[BaseModel] | None:
    """The form that lies at a place of another; None where it may be one of several."""
    for name in way:
        if isinstance(name, int):
            continue
        known = form.model_fields.get(name)
        forms = list(forms_in(known.annotation)) if known is not None else []
        if len(forms) != 1:
            return None
        form = forms[0]
    return form


_NUMBERS: Final = {int, float, Decimal}


def _plain_types(annotation: object) -> Iterator[type]:
    """The types that an annotation is made of: of `float | None` these two."""
    if isinstance(annotation, type):
        yield annotation
    for part in get_args(annotation):
        yield from _plain_types(part)


def forms_in(annotation: object) -> Iterator[type[BaseModel]]:
    """The forms that an annotation is made of: of `list[Evidence] | None` that is `Evidence`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from forms_in(part)


def _parts(value: object, where: str) -> Iterator[tuple[object, str]]:
    """A value that stands for a form, or each of a list of them, and where it stands."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        yield from ((part, f"{where}.{place}") for place, part in enumerate(value))
    else:
        yield value, where
