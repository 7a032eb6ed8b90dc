"""What people write as keys: read whole, or refused with one sentence in which no key stands."""

import pytest
from pydantic import ValidationError

from domain.caller import Act, Role
from runtime.api_keys import ApiKey
from runtime.settings import Settings

SECRET = "correct-horse"


def keys_of(text: str, monkeypatch: pytest.MonkeyPatch) -> tuple[ApiKey, ...]:
    monkeypatch.setenv("TESCOSENSE_API_KEYS", text)
    return Settings().api_keys


@pytest.mark.parametrize(
    ("text", "holders"),
    [
        ("", []),
        (SECRET, [("key 1", Role.ADMIN, SECRET)]),
        (f"a, {SECRET}", [("key 1", Role.ADMIN, "a"), ("key 2", Role.ADMIN, SECRET)]),
        (f"Ada:approver:{SECRET}", [("Ada", Role.APPROVER, SECRET)]),
        (f" Ada Byron : Approver : {SECRET} ", [("Ada Byron", Role.APPROVER, SECRET)]),
        ("Ada:viewer:with:colons", [("Ada", Role.VIEWER, "with:colons")]),
        ("Ada:viewer:old,Ada:viewer:new", [("Ada", Role.VIEWER, "old"), ("Ada", Role.VIEWER, "new")]),
        (f'["{SECRET}"]', [("key 1", Role.ADMIN, SECRET)]),
        (f'["Ada:operator:{SECRET}"]', [("Ada", Role.OPERATOR, SECRET)]),
        (f'[{{"name": "Ada", "role": "operator", "key": "{SECRET}"}}]', [("Ada", Role.OPERATOR, SECRET)]),
        (f'[{{"key": "{SECRET}"}}]', [("key 1", Role.ADMIN, SECRET)]),
        (f'["a", {{"key": "{SECRET}"}}]', [("key 1", Role.ADMIN, "a"), ("key 2", Role.ADMIN, SECRET)]),
        (f"Zoë:viewer:{SECRET}", [("Zoë", Role.VIEWER, SECRET)]),
    ],
)
def test_keys_in_every_spelling(
    text: str, holders: list[tuple[str, Role, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = [(key.name, key.role, key.key.get_secret_value()) for key in keys_of(text, monkeypatch)]
    assert read == holders


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"Ada:aprover:{SECRET}", "key 1: its role is none of viewer, operator, approver, admin"),
        (f"Ada::{SECRET}", "key 1: its role is none of"),
        (f"Ada:{SECRET}", "key 1 has one colon"),
        (f":viewer:{SECRET}", "key 1: name"),
        (f"Ada:viewer:{SECRET},Bob:viewer:", "key 2: key"),
        (f"Smith, Vera:viewer:{SECRET}", "key 1 has no name and no role while others have"),
        (f"Vera:viewer:se,{SECRET}", "key 2 has no name and no role while others have"),
        (f'[{{"name": "Vera", "key": "{SECRET}"}}]', "key 1 has a name or a role and not the other"),
        (f'[{{"name": "Vera", "role": "viewer", "{SECRET}": "x", "key": "y"}}]', "key 1: it has a field other than"),
        (f"{SECRET}:viewer:Vera,{SECRET}:admin:Otto", "key 2 has a name like another's"),
        (f"Vera:viewer:1,vera:admin:{SECRET}", "key 2 has a name like another's"),
        (f"Vera：viewer：{SECRET}", "ASCII alone"),
        (f"Vera:viewer:x\nOtto:admin:{SECRET}", "ASCII alone"),
        ("Ümit:admin:schlüssel", "ASCII alone"),
        (f"media team:viewer:{SECRET}", "what the system calls itself"),
        (f"{SECRET},", "not empty"),
        (f"{SECRET},{SECRET}", "listed twice"),
        (f"Ada:viewer:1,Ada:admin:{SECRET}", "key 2 has a name like another's"),
        (f"clock:viewer:{SECRET}", "what the system calls itself"),
        (f"This Machine:viewer:{SECRET}", "what the system calls itself"),
        (f"{'A' * 81}:viewer:{SECRET}", "at most 80 characters"),
        (f"A\nda:viewer:{SECRET}", "can be printed"),
        (f'["{SECRET}"', "is not JSON"),
        (f'["{SECRET}", 7]', "key 2 is neither text nor an object"),
        (f'[{{"key": "{SECRET}", "rol": "viewer"}}]', "key 1: it has a field other than"),
        (f'[{{"name": "Ada", "key": "{SECRET}", "role": "root"}}]', "key 1: its role is none of"),
        ('[{"name": "Ada", "role": "viewer"}]', "key 1: key"),
    ],
)
def test_what_is_no_key_is_refused_by_its_place(text: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above all a misspelt role, which must never make an admin's key of the whole entry."""
    with pytest.raises(ValidationError, match=said) as refused:
        keys_of(text, monkeypatch)
    assert SECRET not in str(refused.value)


def test_each_role_may_do_what_the_ones_before_it_may() -> None:
    ranks = [Role.VIEWER, Role.OPERATOR, Role.APPROVER, Role.ADMIN]
    for mine, role in enumerate(ranks):
        assert [role.includes(other) for other in ranks] == [other <= mine for other in range(4)]


def test_nothing_that_changes_something_is_a_viewers() -> None:
    assert Role.VIEWER not in {act.role for act in Act}
    assert Act.ANSWER.role is Role.APPROVER
