"""Long lists of words, written as words between spaces."""


def words(*lines: str) -> tuple[str, ...]:
    """Return the words of the lines in order."""
    return tuple(word for line in lines for word in line.split())
