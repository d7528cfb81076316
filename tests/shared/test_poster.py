import re
from uuid import UUID
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brama.shared import poster
from brama.shared.poster import Tones, poster_svg

EVENT = UUID("019ac000-0000-7000-8000-000000000001")
PINNED = (0.118766, 0.016179, 0.90772)
SVG = "{http://www.w3.org/2000/svg}"


def test_an_event_always_has_the_same_poster() -> None:
    assert poster_svg(EVENT, 390, 300) == poster_svg(EVENT, 390, 300)
    assert poster_svg(EVENT, 390, 300) == poster_svg(str(EVENT), 390, 300)
    # A printed ticket and a share image of last year must show the same picture: the numbers are pinned.
    first = poster.compose(EVENT).families[0]
    assert (round(first.centre, 6), round(first.step, 6), round(first.reach, 6)) == PINNED


def test_a_hundred_events_have_a_hundred_posters() -> None:
    assert len({poster_svg(str(number), 300, 300) for number in range(100)}) == 100


@given(st.text(max_size=100), st.floats(60, 2000), st.floats(60, 2000))
def test_every_poster_is_two_or_three_families_of_thinning_arches(
    seed: str, width: float, height: float
) -> None:
    root = ElementTree.fromstring(poster_svg(seed, width, height))
    families = root.findall(f"{SVG}g/{SVG}g")
    assert 2 <= len(families) <= 3
    for family in families:
        strokes = [float(path.attrib["stroke-width"]) for path in family]
        assert len(strokes) >= 3
        assert strokes == sorted(strokes, reverse=True)
        assert min(strokes) > 0


@given(st.text(max_size=100))
def test_at_most_one_family_has_the_accent(seed: str) -> None:
    tones = Tones(ground="#ffffff", line="#111111", accent="#4b2bff")
    drawn = poster_svg(seed, 300, 300, tones)
    assert drawn.count('stroke="#4b2bff"') <= 1
    assert set(re.findall(r"#[0-9a-f]{6}", drawn)) <= {"#ffffff", "#111111", "#4b2bff"}
    assert "#4b2bff" not in poster_svg(seed, 300, 300, Tones(accent=None))


@pytest.mark.parametrize("part", ["accent", "hangs", "point", "sway"])
def test_no_kind_of_poster_is_out_of_reach(part: str) -> None:
    families = [family for number in range(60) for family in poster.compose(str(number)).families]
    assert any(getattr(family, part) for family in families)
    assert not all(getattr(family, part) for family in families)
