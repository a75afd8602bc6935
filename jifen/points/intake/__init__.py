"""Bringing what exists (接续与导入): facts and balances that an office kept before, from its own sheets."""
