"""The site, built once a session."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.site_checks import built_site


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the built site."""
    return built_site()
