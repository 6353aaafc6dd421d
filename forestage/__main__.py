"""``python -m forestage``."""

import sys

from forestage.cli import main

if __name__ == "__main__":
    sys.exit(main())
