"""Ground of the house: knows no feature; rooms register what they own at start."""
