"""What a chat model makes of ads it reads for the compliance gate."""

from pydantic import BaseModel, Field, model_validator

from domain.plain_text import showable


class AdOpinion(BaseModel):
    """What the model makes of one ad."""

    ad: int = Field(ge=1, description="the ad's number")
    is_doubtful: bool
    words: str = Field(default="", max_length=200, description="the words that give the doubt, copied from the ad")
    why: str = Field(default="", max_length=300, description="what a shopper would take from them")

    @property
    def doubt(self) -> str | None:
        """In one sentence, None where there is none."""
        if not self.is_doubtful:
            return None
        said = f"'{showable(self.words).strip()}': " if self.words.strip() else ""
        return f"{said}{showable(self.why).strip() or 'it gave no reason'}"


class Opinions(BaseModel):
    """One entry for each ad, in whatever order."""

    ads: list[AdOpinion]

    @model_validator(mode="after")
    def _each_ad_once(self) -> "Opinions":
        if sorted(one.ad for one in self.ads) != list(range(1, len(self.ads) + 1)):
            raise ValueError("each ad needs one entry, by its number")
        return self
