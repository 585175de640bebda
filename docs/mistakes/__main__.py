"""Write the page: `python -m docs.mistakes`; with `--peers`, ask Stan and NumPyro anew first."""

import sys

from . import record
from .page import twenty_mistakes
from .programs import HERE, mistakes

if "--peers" in sys.argv[1:]:
    record.write(record.made(mistakes()))
(HERE.parent / "twenty-mistakes.md").write_text(twenty_mistakes(), encoding="utf-8")
