"""The file that gate devices are held to says what the server does."""

import json

from brama.services.admission.domain.entries import is_signed_by
from tests.admission import make_vectors


def test_the_vectors_are_those_of_the_present_rules() -> None:
    assert make_vectors.FILE.read_text(encoding="utf-8") == make_vectors.text()


def test_the_entries_in_the_vectors_are_signed_and_a_changed_one_is_not() -> None:
    entries = json.loads(make_vectors.FILE.read_text(encoding="utf-8"))["entries"]
    for case in entries["cases"]:
        assert is_signed_by(case["entry"], entries["public_key"])
        assert not is_signed_by({**case["entry"], "device_seq": 99}, entries["public_key"])
