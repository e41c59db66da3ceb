"""What helps the author of a rubric or clock: judge a transcript or a night at once, run examples, compare clocks."""
