"""What helps the author of a rubric: judge a transcript at once, run the examples of every check."""
