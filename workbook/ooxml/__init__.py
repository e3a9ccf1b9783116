"""Office Open XML packages: ours, the same bytes for the same inputs, and anybody's, safely."""
