"""People, dated memberships and posts, exemptions, transfers, imports."""
