"""Posters that draw themselves: families of nested arches, grown from an event's id.

The same seed gives the same picture at any size, for ever: printed tickets and shared links rely on it.
"""

import hashlib
import math
from collections.abc import Callable, Iterator
from typing import Final
from uuid import UUID

import msgspec

INK: Final = "#000000"
PAPER: Final = "#fafaf7"
ACCENTS: Final = ("#4b2bff", "#a99bff")


class Tones(msgspec.Struct, frozen=True):
    """The colours of a poster; `accent` None keeps it in two tones."""

    ground: str = INK
    line: str = PAPER
    accent: str | None = ACCENTS[1]


NIGHT: Final = Tones()
"""Paper on black, as the site and the share images have it."""
PRINT: Final = Tones(ground="#ffffff", line="#0b0b0c", accent=None)
"""Ink on white, which any printer does well."""


class Family(msgspec.Struct, frozen=True, kw_only=True):
    """Arches one inside another. Lengths are parts of the poster's shorter side.

    `sway` moves each larger arch sideways, `rise` is the height of an arch above half its width,
    `hangs` turns the family upside down, `thick` is the stroke's part of the step at the widest arch
    and at the narrowest.
    """

    centre: float
    step: float
    reach: float
    rise: float
    sway: float
    thick: tuple[float, float]
    point: float
    hangs: bool
    accent: bool


class Poster(msgspec.Struct, frozen=True):
    """What a seed says, before it is drawn at a size."""

    families: tuple[Family, ...]


class _Chance:
    """Numbers from a seed that no version of Python or platform changes."""

    def __init__(self, seed: UUID | str) -> None:
        self._key = str(seed).encode()
        self._drawn = 0

    def part(self) -> float:
        """In 0 ≤ x < 1."""
        digest = hashlib.blake2b(self._drawn.to_bytes(4, "big"), key=self._key[:64], digest_size=7)
        self._drawn += 1
        return int.from_bytes(digest.digest(), "big") / 2**56

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.part()

    def sign(self) -> float:
        return -1.0 if self.part() < 0.5 else 1.0


def compose(seed: UUID | str) -> Poster:
    """Choose one of the compositions and its measures."""
    chance = _Chance(seed)
    plans: tuple[Callable[[_Chance], list[Family]], ...] = (_near, _apart, _within, _against, _receding)
    families = plans[int(chance.part() * len(plans))](chance)
    if chance.part() < 0.55:
        at = int(chance.part() * len(families))
        families[at] = msgspec.structs.replace(families[at], accent=True)
        # The accent is drawn last, so that it is never cut up by the others.
        families.append(families.pop(at))
    return Poster(tuple(families))


def poster_svg(seed: UUID | str, width: float, height: float, tones: Tones = NIGHT) -> str:
    """The poster of `seed`, filling width × height; what reaches over the edge is cut."""
    strokes = "".join(_drawn(family, width, height, tones) for family in compose(seed).families)
    w, h = _n(width), _n(height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}">'
        f'<path fill="{tones.ground}" d="M0 0h{w}v{h}H0z"/><g fill="none">{strokes}</g></svg>'
    )


def _near(chance: _Chance) -> list[Family]:
    """Two families of nearly one step, a little apart: broad moiré."""
    step = chance.between(0.0125, 0.02)
    gap = chance.between(0.04, 0.15)
    reach, rise = chance.between(0.8, 1.15), chance.between(0.18, 0.42)
    thick = (chance.between(0.2, 0.32), chance.between(0.45, 0.62))
    ratio = chance.between(1.02, 1.12)
    middle = chance.between(-0.1, 0.1)
    return [
        _family(middle - gap, step, reach, rise, thick=thick),
        _family(middle + gap, step * ratio, reach * chance.between(0.75, 0.95), rise, thick=thick),
    ]


def _apart(chance: _Chance) -> list[Family]:
    """A great gate and a lesser one beside it, crossing at their feet."""
    side = chance.sign()
    step = chance.between(0.018, 0.034)
    return [
        _family(
            -side * chance.between(0.06, 0.18), step, chance.between(1.0, 1.3), chance.between(0.2, 0.36)
        ),
        _family(
            side * chance.between(0.16, 0.32),
            step * chance.between(0.42, 0.6),
            chance.between(0.5, 0.72),
            chance.between(0.02, 0.16),
            thick=(0.24, 0.6),
        ),
    ]


def _within(chance: _Chance) -> list[Family]:
    """Three on one axis with steps that beat against each other."""
    step = chance.between(0.015, 0.022)
    middle = chance.between(-0.14, 0.14)
    rise = chance.between(0.24, 0.42)
    spread = chance.between(0.13, 0.25)
    lesser = chance.between(0.5, 0.72)
    return [
        _family(middle, step * 1.5, 1.16, rise, thick=(0.12, 0.45)),
        _family(middle - spread, step, lesser, rise * 0.6, thick=(0.2, 0.55)),
        _family(middle + spread, step, lesser, rise * 0.6, thick=(0.2, 0.55)),
    ]


def _against(chance: _Chance) -> list[Family]:
    """One stands and one hangs: they weave where they meet."""
    step = chance.between(0.015, 0.026)
    side = chance.sign()
    drift = chance.between(0.04, 0.18)
    return [
        _family(-side * drift, step, chance.between(0.9, 1.15), chance.between(0.12, 0.3)),
        _family(
            side * drift,
            step * chance.between(0.86, 1.0),
            chance.between(0.8, 1.0),
            chance.between(0.1, 0.26),
            hangs=True,
        ),
    ]


def _receding(chance: _Chance) -> list[Family]:
    """A corridor: every next gate stands a little aside, as if one walked past; round or pointed."""
    side = chance.sign()
    step = chance.between(0.017, 0.028)
    sway = side * chance.between(0.14, 0.34)
    point = chance.between(0.25, 0.5) if chance.part() < 0.5 else 0.0
    rise = chance.between(0.2, 0.34)
    return [
        _family(-side * chance.between(0.1, 0.2), step, 1.1, rise, sway=sway, point=point, thick=(0.1, 0.66)),
        _family(
            -side * chance.between(-0.1, 0.05),
            step,
            chance.between(0.5, 0.8),
            rise * 0.7,
            sway=-sway,
            point=point,
            thick=(0.1, 0.5),
        ),
    ]


def _family(
    centre: float,
    step: float,
    reach: float,
    rise: float,
    *,
    thick: tuple[float, float] = (0.14, 0.6),
    sway: float = 0.0,
    point: float = 0.0,
    hangs: bool = False,
) -> Family:
    return Family(
        centre=centre, step=step, reach=reach, rise=rise, thick=thick, sway=sway, point=point, hangs=hangs,
        accent=False,
    )  # fmt: skip


def _drawn(family: Family, width: float, height: float, tones: Tones) -> str:
    colour = tones.accent if family.accent and tones.accent else tones.line
    paths = "".join(
        f'<path stroke-width="{_n(stroke)}" d="{path}"/>' for stroke, path in _arches(family, width, height)
    )
    turned = f' transform="translate(0 {_n(height)}) scale(1 -1)"' if family.hangs else ""
    return f'<g stroke="{colour}"{turned}>{paths}</g>'


def _arches(family: Family, width: float, height: float) -> Iterator[tuple[float, str]]:
    """Stroke width and path of every arch, from the narrowest; feet stand below the lower edge."""
    unit = min(width, height)
    # A wide poster spreads its gates, a tall one raises them: the composition fills what it is given.
    centre = width / 2 + family.centre * (unit + 0.5 * (width - unit))
    rise = family.rise * unit + 0.45 * max(0.0, height - width)
    step = family.step * unit
    count = max(3, int(family.reach * (unit + 0.12 * (width - unit)) / 2 / step))
    for number in range(1, count + 1):
        part = number / count
        thick = family.thick[1] + (family.thick[0] - family.thick[1]) * math.sqrt(part)
        radius = number * step
        x = centre + family.sway * (number - 1) * step
        yield max(0.35, thick * step), _arch(x, height, radius, rise, family.point)


def _arch(x: float, base: float, radius: float, rise: float, point: float) -> str:
    """Two legs and a round head; `point` > 0 makes it two bows of a radius longer by that part."""
    spring = base - rise
    left, right = _n(x - radius), _n(x + radius)
    legs = _n(base + radius)
    if not point:
        r = _n(radius)
        return f"M{left} {legs}V{_n(spring)}A{r} {r} 0 0 1 {right} {_n(spring)}V{legs}"
    bow = radius * (1 + point)
    top = spring - math.sqrt(bow**2 - (bow - radius) ** 2)
    r, head = _n(bow), f"{_n(x)} {_n(top)}"
    return f"M{left} {legs}V{_n(spring)}A{r} {r} 0 0 1 {head}A{r} {r} 0 0 1 {right} {_n(spring)}V{legs}"


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
