"""Tables of facts and the embedded scenario, as text files."""
