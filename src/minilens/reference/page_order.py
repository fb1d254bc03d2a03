"""What stands in place of a page in the order of a launch's pages. No path has brackets."""

from __future__ import annotations

#: The launch began, or ended, with this visit.
ENTERED, LEFT = "(entry)", "(exit)"
#: More pages were visited than are kept: it is not known which came next.
BEYOND = "(more)"
