"""Sentences of ours in an evidence folder are known again, whole, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages.extract import of_source
from messages.pseudo import GREEK

from analyzers.evidence import HostError
from analyzers.host_failures import TABLE, words
from analyzers.language import Phrase
from analyzers.own_words import TEMPLATES, retold
from bridge.language import language_of

BRIDGE = Path(__file__).parents[2] / "bridge"
POLISH = language_of("pl")
SAMPLES = {
    "host": "h.example",
    "hostname": "h.example",
    "port": "22",
    "seconds": "0.5",
    "status": "255",
    "line": "3",
    "wrong": "",
}
SAID_ELSEWHERE = {
    "--accept-host-key {accept_host_key}: not of the form SHA256:… with 43 characters, as “ssh-keygen -l” "
    "prints it.",
    "Passphrase of the key {path}: ",
    "Password of {who}: ",
    "Wrong passphrase. Passphrase of the key {path}: ",
    "accepted; the host also wants: {methods}",
    "connecting to {user}@{host} port {port}",
    "host key {key} of {name} verified",
    "offering {name}",
}
"""Errors of usage, questions and progress: never evidence."""


def _filled(template: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: SAMPLES.get(found[1], "Q"), template)


@pytest.mark.parametrize("template", TEMPLATES)
def test_each_sentence_is_known_and_told(template: str) -> None:
    said = _filled(template)
    again = retold(said)
    assert isinstance(again, Phrase)
    assert again == said
    left = GREEK.of(again)
    for value in (*SAMPLES.values(), "Q"):
        left = left.replace(value, "") if value else left
    assert not re.search("[A-PR-Za-z]", left), left


def test_every_sentence_of_the_connection_is_among_them() -> None:
    modules = (
        "ssh",
        "ssh_exec",
        "ssh_keys",
        "ssh_login",
        "ssh_session",
        "ssh_socket",
        "shell_denial",
    )
    said = {
        message.one
        for module in modules
        for message in of_source((BRIDGE / f"{module}.py").read_text("utf-8"), module)
    }
    assert sorted(said - SAID_ELSEWHERE - set(TEMPLATES)) == []


def test_parts_within_parts() -> None:
    assert POLISH.of(
        retold(
            "On the way over a → b, at jump host a: h.example did not let joe in: tried key /k (agent), "
            "agent key x; the key file /q does not exist; the host accepts no keys, only: password."
        )
    ) == (
        "Na drodze a → b, host pośredni a: h.example nie wpuszcza użytkownika joe: wypróbowano: klucz /k "
        "(agent), klucz agenta x; plik klucza /q nie istnieje; host nie przyjmuje kluczy, tylko: password."
    )
    assert (
        POLISH.of(retold("There is no way to h.example port 22: No route to host."))
        == "Nie ma drogi do h.example, port 22: Brak trasy do hosta."
    )
    assert "w ciągu 2,5 s" in POLISH.of(
        retold("h port 22 accepted the connection but sent no SSH greeting within 2.5 s.")
    )


FOREIGN = (
    "Error: Site 'x.example' not found. Verify DOMAIN_CURRENT_SITE matches an existing site.",
    "sh: wp: command not found",
    "mysqli 2002: Connection refused",
    "Error: YIKES! It looks like you're running this as root.",
    "PHP Fatal error: Allowed memory size exhausted, tried to allocate; the connection was lost",
)


@pytest.mark.parametrize("said", FOREIGN)
def test_words_of_others_stay_as_they_are(said: str) -> None:
    assert POLISH.of(retold(said)) == said


@given(st.lists(st.sampled_from([*map(_filled, TEMPLATES), *FOREIGN, "; ", ", ", ".", "{x}", "é"])))
def test_in_english_it_is_what_was_said(parts: list[str]) -> None:
    for said in ("".join(parts), "; ".join(parts), ", ".join(parts)):
        assert retold(said) == said


def test_what_rules_read_and_cite_is_english_whatever_the_language() -> None:
    for known in TABLE:
        for sample in known.samples:
            error = HostError("ssh", 255, "", sample)
            assert str(words(error, longest=10_000)) == " ".join(sample.split()) or "parse" in sample.lower() or (
                "syntax" in sample.lower()
            )  # fmt: skip
