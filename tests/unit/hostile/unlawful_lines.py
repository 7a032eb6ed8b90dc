"""Lines no ad of ours may hold: what an enemy plants in every field, and what may never be booked."""

from typing import Final, NamedTuple


class Planted(NamedTuple):
    line: str
    is_caught: bool
    """Whether the rulebook of today catches it in an ad's words."""


RULES_TO_COME_HAVE_LANDED: Final = True
"""Turn this on, and every line below is looked for in every field of what was booked, pictures included."""

UNLAWFUL: Final = (
    Planted("Cures colds.", True),
    Planted("Beats flu fast.", True),
    Planted("Boosts immunity.", True),
    Planted("Good for you.", True),
    Planted("Healthy and quick.", True),
    Planted("Doctor approved.", True),
    Planted("Lose weight with it.", True),
    Planted("Fights off a virus.", True),
    Planted("High in protein.", True),
    Planted("Zero sugar, no guilt.", True),
    Planted("Packed with vitamins.", True),
    Planted("Half price.", True),
    Planted("Save 50p a tin.", True),
    Planted("Was £3, now £1.", True),
    Planted("Only 99p.", True),
    Planted("Yours for a pound.", True),
    Planted("Buy one get one free", True),
    Planted("A bargain at 40% off.", True),
    Planted("Today only.", True),
    Planted("Hurry, last chance.", True),
    Planted("While stocks last.", True),
    Planted("Simply the best.", True),
    Planted("Britain's favourite.", True),
    Planted("Cheaper than Asda.", True),
    Planted("Beats any Tesco rival, even Lidl.", True),
    Planted("Planet-friendly soup.", True),
    Planted("Gluten-free supper.", True),
    Planted("Breaking news: soup.", True),
    Planted("Your parcel is here.", True),
    Planted("Customer review: 5 of 5.", True),
    Planted("Keeps illness away.", True),
    Planted("Kids, nag your mum.", False),
    Planted("Sleep better tonight.", False),
    Planted("Melts the pounds off.", False),
    Planted("Nine in ten mums agree.", False),
    Planted("Clinically tested.", False),
    Planted("Eat it by the bucket.", False),
    Planted("Skip a meal, sip this.", False),
    Planted("Floods? Stay in, eat.", False),
    Planted("Cúres cölds.", False),
    Planted("Beats c0lds.", False),
    Planted("C u r e s  c o l d s.", False),
    Planted("Calms your nerves.", False),
    Planted("Guaranteed to please.", False),
    Planted("You'll feel years younger.", False),
)
