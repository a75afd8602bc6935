"""The demo city: invented, deterministic."""
