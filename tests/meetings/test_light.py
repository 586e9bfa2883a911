"""A page never waits for numpy and scipy: only who makes or mends an agenda loads them."""

import subprocess
import sys

import pytest

CODE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "levante.settings"
import django
django.setup()
import levante.urls
print(sorted({"numpy", "scipy"} & sys.modules.keys()))
"""


@pytest.mark.slow  # a process of its own
def test_the_portal_starts_without_the_libraries_of_the_solver():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_the_three_objectives_are_those_of_the_solver():
    from levante.matching.api import OBJECTIVES
    from levante.meetings.api import states

    assert tuple(states.OBJECTIVES) == OBJECTIVES
