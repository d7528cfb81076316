"""Facts: each is documented, named as it is said, and said or heard by whom the architecture says."""

import inspect
import re

import msgspec
import pytest

from brama.kernel.facts import FACTS, Fact, speaker_of
from tests.architecture.parts import ALL, BUILT, SOURCES, app_of, modules_of

SUBJECT = re.compile(r"^(?P<speaker>[a-z]+)\.(?P<aggregate>[a-z]+)\.(?P<verb>[a-z]+)\.v\d+$")

# Who hears whom: the table of docs/architecture.md. `trust` is what every service hears of keys and authority.
HEARS: dict[str, set[str]] = {
    "identity": {"catalogue", "ticketing"},  # ticketing's keys: a device is given them when it is paired
    "catalogue": {"identity"},
    "publishing": {"catalogue", "sales", "identity"},  # identity: the names of organisers on pages
    "sales": {"catalogue", "payments", "ticketing", "fiscal", "admission", "identity"},
    "payments": {"sales", "ticketing"},
    "ticketing": {"catalogue", "sales", "payments", "identity"},
    "delivery": {"catalogue", "sales", "payments", "ticketing", "fiscal", "identity"},
    "fiscal": {"catalogue", "sales", "payments", "identity"},
    "admission": {"ticketing", "catalogue", "identity"},
    "analytics": set(ALL),
}
# Heard by nobody inside: what they tell is for the audit trail, for partners and for those who look.
HEARD_BY_NOBODY = {
    "publishing.page.published.v1",
    "sales.hold.expired.v1",  # until the waiting list hears it
    "identity.action.recorded.v1",  # identity writes its own actions down at once
}

modules_of("brama.contracts")
KINDS = sorted((name, kind) for name, kind in FACTS.items() if kind.__module__.startswith("brama.contracts."))


def _heard() -> dict[str, set[str]]:
    return {name: {kind.SUBJECT for kind in app_of(name)[0].heard} for name in BUILT}


@pytest.mark.parametrize(("subject", "kind"), KINDS, ids=[subject for subject, _ in KINDS])
def test_a_fact_says_what_it_is(subject: str, kind: type[Fact]) -> None:
    assert (match := SUBJECT.match(subject)), "service.aggregate.verb.vN"
    assert match["speaker"] in ALL
    assert match["speaker"] == kind.__module__.rsplit(".", 1)[1] or kind.__module__ == "brama.contracts.audit"
    assert match["verb"] not in ("create", "update", "delete", "change"), "a fact is past"
    documented = inspect.getdoc(kind) if "__doc__" in vars(kind) else None
    assert documented, f"{kind.__name__} has no docstring"
    assert len(documented.split()) >= 3, f"{kind.__name__}: {documented}"
    assert kind.__struct_config__.frozen


@pytest.mark.parametrize(("subject", "kind"), KINDS, ids=[subject for subject, _ in KINDS])
def test_a_fact_survives_its_journey_with_new_fields_added_by_its_speaker(
    subject: str, kind: type[Fact]
) -> None:
    """Contracts grow within a version: an older listener must not refuse what it does not know."""
    assert not kind.__struct_config__.forbid_unknown_fields, subject
    for field in msgspec.structs.fields(kind):
        assert field.type is not object, f"{subject} {field.name} says nothing"


@pytest.mark.parametrize("service", BUILT)
def test_a_service_hears_only_whom_the_architecture_lets_it_hear(service: str) -> None:
    speakers = {speaker_of(subject) for subject in _heard()[service] if ".action.recorded." not in subject}
    assert speakers <= HEARS[service], f"{service} hears {sorted(speakers - HEARS[service])}"


@pytest.mark.parametrize("service", BUILT)
def test_only_identity_and_analytics_keep_the_audit_trail(service: str) -> None:
    actions = {subject for subject in _heard()[service] if ".action.recorded." in subject}
    if service == "identity":
        others = {subject for subject, _ in KINDS if ".action.recorded." in subject}
        assert actions == others - {"identity.action.recorded.v1"}  # its own it writes down at once
    else:
        assert service == "analytics" or not actions


@pytest.mark.parametrize("service", BUILT)
def test_every_fact_in_a_contract_is_said_by_its_service(service: str) -> None:
    """The class is used in the service's own rooms; a contract that nobody fulfils misleads its listeners."""
    sources = "\n".join(
        file.read_text("utf-8") for file in SOURCES.joinpath("services", service).rglob("*.py")
    )
    unsaid = [
        subject
        for subject, kind in KINDS
        if speaker_of(subject) == service and not re.search(rf"\b{kind.__name__}\b", sources)
    ]
    assert not unsaid


def test_every_fact_is_heard_by_somebody() -> None:
    trusted = {"identity.key.published.v1", "sales.key.published.v1", "identity.authority.changed.v1",
               "identity.device.revoked.v1"}  # fmt: skip
    heard = set().union(*_heard().values()) | trusted
    assert not {subject for subject, _ in KINDS} - heard - HEARD_BY_NOBODY
