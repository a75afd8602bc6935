"""The WeChat door: callback, router, handlers, replies."""
