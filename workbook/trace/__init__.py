"""Lines of the model as Excel formulas: symbolic cells, the expressions they make, their text."""
