"""The suite's assertions are explained like those of any test file."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("conformance")
