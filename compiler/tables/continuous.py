"""The distributions of a real number, by where it lies.

The texts of `log_cdf` and `log_sf` hold on the closed support, as long as the probability itself
is a float64 (above 1e-300), or further where a closed form allows. Derivatives exist: a `where`
is finite in the branch that is not taken, too.
"""

from __future__ import annotations

from .bounded import BOUNDED
from .family import Family
from .lifetimes import LIFETIMES
from .line import LINE
from .positive import POSITIVE

CONTINUOUS: tuple[Family, ...] = (*LINE, *POSITIVE, *LIFETIMES, *BOUNDED)
