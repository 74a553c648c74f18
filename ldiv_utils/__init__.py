"""Helpers of the book: points, predictions, numbers, figures."""
