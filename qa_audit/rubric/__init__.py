"""Rubrics: what YAML may say, how it is read, what finds messages, and how each kind of check is judged."""
