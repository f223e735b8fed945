"""`python -m recsys_core ...`: the command line."""

import sys

from recsys_core.cli.app import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
