"""What kind of money a cost is: its group, its index, cash or not, when it is paid.

A line of cost declares it; the monthly costs and the statement are made from the declarations.
"""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a cost takes from the firm."""

    CASH = "cash"
    INTERNAL = "internal time"
    LOST = "output lost"


class Index(Enum):
    """What a cost grows with after each full year."""

    LOCAL_PAY = "local wages and currency"
    ONSHORE_PAY = "onshore wages"
    GENERAL = "general inflation"
    NONE = "nothing"


class Paid(Enum):
    """When a cost is paid."""

    MONTHLY = "every month, a twelfth of the yearly amount, for heads that work"
    AT_START = "once, when heads start"
    AT_OPENING = "once, when the first heads at the site start"


@dataclass(frozen=True)
class Cost:
    """The kind of a line of cost.

    Parameters
    ----------
    group : str
        Key in :data:`GROUPS`.
    index : Index
    kind : Kind
    paid : Paid
    capital : bool
        Capital expenditure, to be depreciated; otherwise an expense.
    """

    group: str
    index: Index
    kind: Kind = Kind.CASH
    paid: Paid = Paid.MONTHLY
    capital: bool = False

    @property
    def in_words(self) -> str:
        """The kind in words, as the documentation of a line has it."""
        kind = "capital" if self.capital else self.kind.value
        growth = f", grows with {self.index.value}" if self.index is not Index.NONE else ""
        return f"{kind}, paid {self.paid.value}{growth}; on the statement {GROUPS[self.group]}"


# Groups of the statement, in its order. Internal time and output lost are groups of their own.
GROUPS = {
    "pay": "Pay",
    "charges": "Statutory charges",
    "benefits": "Benefits",
    "vendor": "Vendor",
    "seat": "Workplace",
    "travel": "Travel",
    "compliance": "Security and compliance",
    "hiring": "Recruitment of successors",
    "extras": "Extra costs",
    "setup": "Setup",
    "exit": "Exit",
    "internal": "Internal time",
    "lost": "Output lost",
}
