"""Rulebooks (积分规则): load, check, lint, version, and the pure engine. No database in the engine."""
