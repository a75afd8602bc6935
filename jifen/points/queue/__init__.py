"""The queue of a decider (待审): what may be confirmed in one go, and what wants a look of its own."""
