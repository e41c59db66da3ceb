"""Sessions as columns: the batch, its levels of grouping, and the algebra that rules and measures are written in."""
