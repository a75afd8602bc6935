"""季度抽查: each quarter a seeded sample of posted facts gets a second look by another organisation."""
