"""The year of an organisation: what is asked of it, and what it says about the burden (减负)."""
