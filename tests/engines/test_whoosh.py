"""The embedded engine on Whoosh: the conformance suite, and what is its own."""

from __future__ import annotations

from conformance import Conformance


class TestWhoosh(Conformance):
    name = "whoosh"
