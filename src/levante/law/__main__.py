"""``python -m levante.law NAME < case.json``."""

import sys

from levante.law.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
