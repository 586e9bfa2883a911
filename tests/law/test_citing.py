"""A reference as acts and pages in Italian cite it."""

import pytest

from levante.law.citing import in_italian


@pytest.mark.parametrize(
    ("reference", "cited"),
    [
        ("L. 241/1990, art. 2(7)", "L. 241/1990, art. 2, comma 7"),
        ("D.Lgs. 231/2001, art. 9(2)(d)", "D.Lgs. 231/2001, art. 9, comma 2, lett. d)"),
        (
            "Racc. 2003/361/CE, allegato, art. 3(2), secondo comma",
            "Racc. 2003/361/CE, allegato, art. 3, par. 2, secondo comma",
        ),
        ("Racc. 2003/361/CE, allegato, art. 6(2)-(3)", "Racc. 2003/361/CE, allegato, art. 6, parr. 2-3"),
        (
            "D.Lgs. 184/2025, art. 9(1)(f); L. 213/2023, art. 1(101)-(102)",
            "D.Lgs. 184/2025, art. 9, comma 1, lett. f); L. 213/2023, art. 1, commi 101-102",
        ),
        (
            "Reg. (UE) 2023/2831, art. 3(2); L. 241/1990, art. 2(2)",
            "Reg. (UE) 2023/2831, art. 3, par. 2; L. 241/1990, art. 2, comma 2",
        ),
        # What is written otherwise stays as it is.
        ("L. 241/1990, artt. 6(1)(b) e 2(7)", "L. 241/1990, artt. 6(1)(b) e 2(7)"),
        ("Reg. (UE) 2023/2831, art. 3(1) e (4)", "Reg. (UE) 2023/2831, art. 3(1) e (4)"),
        ("Avviso, requisiti di ammissibilità", "Avviso, requisiti di ammissibilità"),
        ("", ""),
    ],
)
def test_the_parts_of_an_article_are_named_as_in_italian(reference, cited):
    assert in_italian(reference) == cited
