"""The metadata are in setup.cfg. This only says in plain words what Python is needed, before a resolver fails on some dependency."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - an older Python is who this speaks to
    sys.exit("secondcoder needs Python 3.11 or newer; this is Python %d.%d." % sys.version_info[:2])  # noqa: UP031

from setuptools import setup

setup()
