"""Understanding a norm: terms, notes in plain words, questions to answer, and reasons people gave."""
