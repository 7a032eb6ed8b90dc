"""A budget that is set applies, to a data directory that was there before it too."""

from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest

from domain.errors import BudgetExceeded
from runtime.repositories import apply_budgets, open_repositories
from runtime.settings import Settings


async def test_a_budget_set_later_replaces_the_one_the_account_was_opened_with(tmp_path: Path) -> None:
    first = Settings(data_dir=tmp_path, _env_file=None)
    async with open_repositories(first) as repositories:
        await repositories.ledger.reserve(key="a", campaign_id=uuid4(), account="house", amount=Decimal(500))
    later = Settings(data_dir=tmp_path, account_budget=Decimal(800), _env_file=None)
    async with open_repositories(later) as repositories:
        await apply_budgets(later, repositories.ledger)
        with pytest.raises(BudgetExceeded):
            await repositories.ledger.reserve(key="b", campaign_id=uuid4(), account="house", amount=Decimal(500))


async def test_a_command_without_the_setting_leaves_the_budget_alone(tmp_path: Path) -> None:
    server = Settings(data_dir=tmp_path, account_budget=Decimal(800), _env_file=None)
    async with open_repositories(server) as repositories:
        await apply_budgets(server, repositories.ledger)
        await apply_budgets(Settings(data_dir=tmp_path, _env_file=None), repositories.ledger)
        balance = await repositories.ledger.balance("house")
    assert balance is not None
    assert balance.budget == 800


async def test_a_budget_below_what_is_taken_changes_nothing(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, account_budget=Decimal(100), _env_file=None)
    async with open_repositories(Settings(data_dir=tmp_path, _env_file=None)) as repositories:
        await repositories.ledger.reserve(key="a", campaign_id=uuid4(), account="house", amount=Decimal(500))
        await apply_budgets(settings, repositories.ledger)
        balance = await repositories.ledger.balance("house")
    assert balance is not None
    assert balance.budget == 1_000_000
