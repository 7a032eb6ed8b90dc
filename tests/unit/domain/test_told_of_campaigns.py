"""What a campaign is called and where it failed, in the words of every list and page."""

import pytest

from domain.campaign_names import campaign_name
from domain.failures import fault_of
from domain.plan import Audience
from domain.state import Failure


def for_whom(segment: str, *regions: str) -> Audience:
    return Audience(segment=segment, description="", regions=list(regions))


@pytest.mark.parametrize(
    ("category", "audience", "called"),
    [
        ("soup", for_whom("lapsing_buyers", "London"), "Soup for lapsing buyers in London"),
        ("soup", for_whom("lapsing_buyers", "London", "Wales"), "Soup for lapsing buyers in London and Wales"),
        ("ice cream", for_whom("category_buyers", "A", "B", "C", "D"), "Ice cream for category buyers in 4 regions"),
        ("soup", None, "Soup"),
        (None, None, "Quiet day 2026-11-04"),
    ],
)
def test_a_campaign_is_called_by_what_it_is_on_for_whom_and_where(
    category: str | None, audience: Audience | None, called: str
) -> None:
    assert campaign_name(category, audience, "Quiet day 2026-11-04") == called


def test_a_failure_names_its_step_what_happened_and_what_the_error_says_to_do() -> None:
    fault = fault_of(
        Failure(
            node="creative",
            error="ModelFailure",
            message="the model gave no usable answer: try another model.",
            remedy="try another model",
        )
    )
    assert (fault.step, fault.happened, fault.remedy) == (
        "Creative",
        "The model gave no usable answer.",
        "Try another model.",
    )


@pytest.mark.parametrize(
    ("node", "error", "unknown", "step", "remedy"),
    [
        ("booking", "OutcomeUnknown", True, "Booking", "its money stays reserved"),
        ("creative", "TransientFailure", False, "Creative", "Try again once it answers."),
        ("", "KeyError", True, "The run", "the server's log has the details"),
    ],
)
def test_one_without_a_remedy_of_its_own_still_says_what_to_do(
    node: str, error: str, unknown: bool, step: str, remedy: str
) -> None:
    fault = fault_of(Failure(node=node, error=error, message="it broke", outcome_unknown=unknown))
    assert (fault.step, fault.happened) == (step, "It broke.")
    assert remedy in fault.remedy
