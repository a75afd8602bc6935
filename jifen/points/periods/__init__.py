"""Periods of a branch: open, closing, publicised, frozen; the list of points that goes with each."""
