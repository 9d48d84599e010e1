"""What Candor says: lessons and words in, answers and blocks out."""
