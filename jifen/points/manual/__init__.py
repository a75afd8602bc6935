"""Facts written down by hand (手工登记): prepared by one, confirmed by another, with a reason."""
