"""Every figure there is, in one place: command line, API and pages ask here."""

from dataclasses import dataclass

from runtime.reporting.campaigns import CampaignTable
from runtime.reporting.delivery import Deliveries
from runtime.reporting.history.board import HistoryBoard
from runtime.reporting.kpis import KpiBoard
from runtime.reporting.learning.board import LearningBoard
from runtime.reporting.library.ads import AdLibrary


@dataclass(frozen=True, slots=True)
class Figures:
    board: KpiBoard
    table: CampaignTable
    ads: AdLibrary
    deliveries: Deliveries
    history: HistoryBoard
    learning: LearningBoard
