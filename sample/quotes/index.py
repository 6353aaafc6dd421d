"""Quotes for the care of a pet: a function that knows nothing of HTTP."""

PRICES = {"cat": {"washing": 30, "walking": 10}, "dog": {"washing": 40, "walking": 12}}


class UnknownKindError(Exception):
    """The API makes a 404 of its message."""


def handler(event, _context):
    """Return the price of some hours of a service: ``{"kind": "dog", "service": "walking", "hours": 2}``."""
    prices = PRICES.get(event["kind"])
    if prices is None:
        raise UnknownKindError(f"NotFound: we do not care for a {event['kind']}")
    return {"service": event["service"], "total": prices[event["service"]] * event["hours"]}
