"""Where steps run; each engine gets the same functions and the same slices, and returns results in their order."""
