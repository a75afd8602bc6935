"""Reports, the ledger, standings, rankings."""
