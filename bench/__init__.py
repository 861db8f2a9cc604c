"""Benchmarks: the work, its floor and its peer in the same run, medians and ratios."""
