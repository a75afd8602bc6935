"""Binding of WeChat accounts, bearer tokens, the actor behind a door."""
