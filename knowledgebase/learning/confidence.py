"""knowledgebase/learning/confidence.py: how surely a share is high, when few have spoken. Pure."""

from math import sqrt

#: 95 % of what is said so is so (two-sided, normal).
Z = 1.96


def lower_bound(hits: int, of: int) -> float:
    """The lower end of Wilson's score interval (1927) of the share `hits / of`, at 95 %.

        (p + z²/2n − z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n),  p = hits/n, n = of, z = 1.96

    One of one is 0.21, ten of ten 0.72: a bare ratio would call both certain. Nobody has spoken: 0.
    """
    if of <= 0:
        return 0.0
    p = hits / of
    spread = Z * sqrt(p * (1 - p) / of + Z * Z / (4 * of * of))
    return max(0.0, (p + Z * Z / (2 * of) - spread) / (1 + Z * Z / of))
