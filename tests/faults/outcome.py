"""What a harness brings back: how much it tried, what was lost, what was wrong, and how long it may go on."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass
class Outcome:
    """The figures of one run of one harness, or of its control. Any loss, double or sentence in `wrong` is a failure."""

    tried: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    wrong: list[str] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)

    @property
    def clean(self) -> bool:
        """True where nothing was lost, doubled or wrong."""
        return not (self.lost or self.doubled or self.wrong)

    def count(self, name: str, by: float = 1) -> None:
        """Add to a figure."""
        self.figures[name] = self.figures.get(name, 0) + by

    def most(self, name: str, value: float) -> None:
        """Keep the highest of a figure."""
        self.figures[name] = max(self.figures.get(name, 0), value)

    def add(self, other: Outcome) -> None:
        """Take another run's figures in; figures that end in 最长 are highest values, all others are counts."""
        self.tried += other.tried
        self.acknowledged += other.acknowledged
        self.lost += other.lost
        self.doubled += other.doubled
        self.wrong += other.wrong
        for name, value in other.figures.items():
            (self.most if name.startswith("最长") else self.count)(name, value)


@dataclass(frozen=True)
class Budget:
    """How long and how often: a loop asks before each turn, so that every harness stops by itself."""

    seconds: float
    turns: int
    began: float = field(default_factory=time.monotonic)

    def left(self, done: int) -> bool:
        """True while another turn may begin."""
        return done < self.turns and time.monotonic() - self.began < self.seconds
