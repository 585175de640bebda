"""`python -m bayescript.lsp` starts the server on standard input and output."""

from __future__ import annotations

import sys

from ..grammar.diagnostics import BayescriptError
from . import main

if __name__ == "__main__":
    try:
        main()
    except BayescriptError as error:
        print(error, file=sys.stderr)
        sys.exit(4)
