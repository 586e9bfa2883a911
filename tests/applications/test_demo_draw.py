"""The draw of the demonstration's story, whatever the year in the numbers of its applications."""

from levante.demo.applications import seed_for
from levante.kernel.pure import drawn


def test_the_story_draws_whom_it_needs_whatever_the_year():
    for year in range(2026, 2046):
        firms = {f"DOM-{year}/{n:07}": str(n) for n in (10, 12, 13, 14, 18, 27, 30)}
        seed = seed_for("11 23 45 67 89", firms, ["14", "18"], 4)
        order = sorted(firms, key=lambda number: drawn(seed, number))
        assert {"14", "18"} <= {firms[number] for number in order[1:4]}
        *numbers, last = seed.split()
        assert numbers == ["11", "23", "45", "67"]
        assert 1 <= int(last) <= 90
