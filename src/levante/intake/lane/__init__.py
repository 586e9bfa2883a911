"""The lane itself: no Django, plain SQL, the register's pure parts (docs/algorithms/intake.md)."""
