"""The composition root: the only place that sees the platform, the tenants, the public site and the
methods.
"""
