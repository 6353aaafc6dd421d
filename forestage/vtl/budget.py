"""What one rendering may use, counted in steps: there is no clock in here.

A step is about one node of the template, one element that is looked at, one step of a regular expression, or 64
characters that are copied; two million of them take in the order of a second.
"""

from __future__ import annotations

from typing import Final

from forestage.vtl.errors import ThrownLimit

STEP_LIMIT: Final = 4_000_000
"""Steps of one rendering; API Gateway has a limit in time, which is not documented."""

DEPTH_LIMIT: Final = 200
"""How deep lists and maps may stand in each other to be printed or compared."""

_CHARACTERS_A_STEP: Final = 64
_PRINT_LIMIT: Final = 100_000_000


class Budget:
    """Counts down the steps of a rendering.

    ``only_trees`` promises that no list or map stands in two places: values are as they were parsed, and their size
    is known.
    """

    __slots__ = ("_room", "only_trees", "steps")

    def __init__(self, steps: int = STEP_LIMIT, *, only_trees: bool = False) -> None:
        self.steps = steps
        self.only_trees = only_trees
        self._room = _PRINT_LIMIT

    def spend(self, steps: int) -> None:
        """Take steps off.

        Raises:
            ThrownLimit: there are none left.
        """
        self.steps -= steps
        if self.steps < 0:
            raise ThrownLimit("the rendering takes too many steps")

    def spend_characters(self, count: int) -> None:
        """Take the steps off that copying so many characters is worth."""
        self.spend(1 + count // _CHARACTERS_A_STEP)

    def spend_printed(self, count: int) -> None:
        """Take off a long text that is printed, if only into a string.

        Raises:
            ThrownLimit: all texts together are too long.
        """
        self._room -= count
        if self._room < 0:
            raise ThrownLimit(f"printed more than {_PRINT_LIMIT} characters")
