"""The clock table and the worker."""
