"""Hooks around a snapshot, under the name that Lambda's own runtime has for them."""

_before = []
_after = []


def register_before_snapshot(func, *args, **kwargs):
    _before.append((func, args, kwargs))
    return func


def register_after_restore(func, *args, **kwargs):
    _after.append((func, args, kwargs))
    return func


def get_before_snapshot():
    """The last registered first, as they are to run."""
    return list(reversed(_before))


def get_after_restore():
    return list(_after)
