"""What the chapters measure: one file for a question, from specs to the numbers behind its figures."""
