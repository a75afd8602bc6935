"""The WeChat platform without features: proven callbacks in, sealed answers and API calls out.

Knows nothing of members, points or words people type; the bot does (``bot/``).
"""
