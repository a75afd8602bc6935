"""名单登记 at the desk: who did one thing, pasted as a branch collects it in its WeChat group (接龙)."""
