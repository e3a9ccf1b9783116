"""Write scenarios.csv: 10,000 variations of hybrid.toml, for ``shorewise bulk``.

Pay, attrition, overlap and heads are drawn at random, the same in each run.
"""

import csv
import random

random.seed(2027)
with open("scenarios.csv", "w", encoding="utf-8", newline="") as file:
    table = csv.writer(file)
    table.writerow(
        [
            "scenario",
            "name",
            "discount_rate",
            "site.Krakow.salary.ML engineer",
            "site.Bengaluru.salary.ML engineer",
            "site.Bengaluru.attrition_rate",
            "site.Krakow.management_rate",
            "plan.Offshore.heads.Bengaluru.QA engineer",
        ]
    )
    for number in range(1, 10_001):
        table.writerow(
            [
                f"S{number:05d}",
                f"Variation {number}",
                round(random.uniform(0.06, 0.14), 3),
                random.randrange(65_000, 95_001, 500),
                random.randrange(35_000, 60_001, 500)
                if number % 3
                else "",  # empty: as in the base
                round(random.uniform(0.08, 0.30), 3),
                round(random.uniform(0.10, 0.25), 3),
                random.randint(1, 6),
            ]
        )
