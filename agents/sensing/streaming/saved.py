"""A state in a file: arrays by name, and nothing in it that is executed when it is read."""

from datetime import date
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from agents.sensing.alarms.calibration import Calibration, Tail
from agents.sensing.alarms.deviations import RegionUsual
from agents.sensing.alarms.windows import WINDOWS
from agents.sensing.baseline.level import LevelState
from agents.sensing.baseline.tracking import Following
from agents.sensing.streaming.state import Regression, Scales, SensingState
from domain.errors import BadInput
from domain.opportunity import Cause
from domain.panel import SeriesKey

Arrays = dict[str, NDArray[np.generic]]
Floats = NDArray[np.float64]

_FORMAT: Final = 3
_PLAIN: Final = (
    "category_of",
    "region_of",
    "place_of",
    "standing",
    "levels",
    "promotion",
    "search",
    "units",
    "last_sold",
    "begun",
    "too_new",
)
"""Arrays of the state that are saved under their own names."""


def save_state(state: SensingState, path: Path) -> None:
    """Write an .npz file. A file that is there already is replaced whole."""
    regression = state.regression
    arrays: Arrays = {name: getattr(state, name) for name in _PLAIN}
    arrays |= {
        "format": np.array([_FORMAT]),
        "days": np.array([state.start.toordinal(), state.fitted, state.days, int(state.has_year)]),
        "series": np.array([[key.category, key.region, key.store_id, key.sku] for key in state.series]),
        "columns": np.array([[n, c or ""] for n, c in zip(regression.names, regression.causes, strict=True)]),
        "coefficients": regression.coefficients,
        "intercept": regression.intercept,
        "promoted_most": regression.promoted_most,
        "noise": regression.noise,
        "week": regression.week,
        "own": np.array(list(regression.own_normal)),
        "place": np.array(list(regression.place_normal)),
        "bends": np.array([name for name, _ in regression.bends]),
        "degrees": np.array([degrees for _, degrees in regression.bends]),
        "half_life": state.level.half_life,
        "reach": state.level.reach,
        "newest": state.level.newest,
        "static": state.scales.static,
        "usual": np.array([[one.chance, one.lasting] for one in state.usual]),
    }
    arrays |= {f"own {name}": normal for name, normal in regression.own_normal.items()}
    arrays |= {f"place {name}": normal for name, normal in regression.place_normal.items()}
    followings = {"level": state.level.following, "drivers": state.drivers}
    followings |= {f"scale {window}": one for window, one in zip(WINDOWS, state.scales.following, strict=True)}
    for name, following in followings.items():
        arrays |= {f"{name} {part}": np.array(getattr(following, part)) for part in Following.__slots__}
    for window, one in zip(WINDOWS, state.calibration, strict=True):
        tail = [] if one.tail is None else [one.tail.cut, one.tail.shape, one.tail.scale]
        arrays |= {f"z {window}": one.z, f"log p {window}": one.log_p, f"tail {window}": np.array(tail)}
    beside = path.with_name(path.name + ".part")
    with beside.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
    beside.replace(path)


def load_state(path: Path) -> SensingState:
    """Raises BadInput for a file that is no state of this version."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays: Arrays = {name: file[name] for name in file.files}
        if int(arrays["format"][0]) != _FORMAT:
            raise ValueError(f"its format is {arrays['format'][0]} and not {_FORMAT}")
        return _state_of(arrays)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise BadInput(
            f"{path} holds no state of sensing: {error}", remedy="fit the panel again and save it", field="state"
        ) from error


def _state_of(arrays: Arrays) -> SensingState:
    def floats(name: str) -> Floats:
        return arrays[name].astype(np.float64)

    def following(name: str) -> Following:
        total, mass, waiting, weight = (floats(f"{name} {part}") for part in Following.__slots__)
        return Following(total, mass, tuple(waiting), tuple(weight))

    start, fitted, days, has_year = (int(value) for value in arrays["days"].tolist())
    columns = arrays["columns"].tolist()
    return SensingState(
        start=date.fromordinal(start),
        fitted=fitted,
        days=days,
        has_year=bool(has_year),
        series=tuple(SeriesKey(*map(str, key)) for key in arrays["series"].tolist()),
        regression=Regression(
            names=tuple(str(name) for name, _ in columns),
            causes=tuple(Cause(cause) if cause else None for _, cause in columns),
            coefficients=floats("coefficients"),
            intercept=floats("intercept"),
            promoted_most=floats("promoted_most"),
            noise=floats("noise"),
            week=floats("week"),
            own_normal={str(name): floats(f"own {name}") for name in arrays["own"].tolist()},
            place_normal={str(name): floats(f"place {name}") for name in arrays["place"].tolist()},
            bends=tuple(zip(map(str, arrays["bends"].tolist()), floats("degrees").tolist(), strict=True)),
        ),
        level=LevelState(following("level"), floats("half_life"), floats("reach"), arrays["newest"].astype(np.float32)),
        drivers=following("drivers"),
        scales=Scales(floats("static"), tuple(following(f"scale {window}") for window in WINDOWS)),
        usual=tuple(RegionUsual(*map(float, one)) for one in arrays["usual"].tolist()),
        calibration=tuple(
            Calibration(floats(f"z {window}"), floats(f"log p {window}"), _tail(floats(f"tail {window}")))
            for window in WINDOWS
        ),
        category_of=arrays["category_of"].astype(np.int64),
        region_of=arrays["region_of"].astype(np.int64),
        place_of=arrays["place_of"].astype(np.int64),
        last_sold=arrays["last_sold"].astype(np.int64),
        begun=arrays["begun"].astype(np.bool_),
        too_new=arrays["too_new"].astype(np.bool_),
        standing=floats("standing"),
        levels=floats("levels"),
        promotion=floats("promotion"),
        search=floats("search"),
        units=floats("units"),
    )


def _tail(figures: Floats) -> Tail | None:
    return Tail(*map(float, figures)) if len(figures) else None
