"""Translation of lines of the model to Excel formulas, by tracing with symbolic cells."""
