"""Activities (活动): plan, sign-up, check-in, and how everybody ended."""
