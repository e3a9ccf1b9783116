"""A firm's own workbooks: the model joined with one of them."""
