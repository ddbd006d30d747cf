"""Our own small supervisor: an embedded PostgreSQL, the web process and the worker.

It needs no Django, no root and no user account of its own, and leaves nothing behind when it dies.
"""
