"""Write the page: `python -m docs.stan`."""

from .constructs import HERE
from .page import from_stan

(HERE.parent / "from-stan.md").write_text(from_stan(), encoding="utf-8")
