"""Two scenarios side by side: brought to one shape, what differs, and what each of it changes."""
