"""Grades of evidence, from the strongest to the weakest."""

# Words of scenario files; their positions are the numbers of the inputs that hold a grade.
GRADES = ("official", "secondary", "own", "assumption")
GRADE_PHRASES = ("Official", "Secondary", "Own figure", "Assumption")  # as workbooks offer them
GRADE_TITLES = ("official and current", "secondary or old", "own figure", "assumption")
OFFICIAL, SECONDARY, OWN, ASSUMPTION = range(len(GRADES))
STATUSES = ("open", "proposed", "confirmed", "disputed")  # of an assumption in the book

GRADES_OF_CHARGES = ("statutory_grade", "statutory_current_to")  # inputs beside the law's own
_CONFIDENCE = {"high": OFFICIAL, "missing": ASSUMPTION}  # all else is secondary


def grade_of(confidence: str) -> int:
    """The grade of a confidence in the tables of countries: high, medium, low or missing."""
    return _CONFIDENCE.get(confidence, SECONDARY)
