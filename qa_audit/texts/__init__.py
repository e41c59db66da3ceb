"""What is computed once per distinct text: normal form, phrase hits, entities, tokens, sentiment."""
