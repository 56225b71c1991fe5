"""Spans by hand, and the lines that files would have of them."""

import json

TRACE, BATCH_TRACE = "1" * 32, "2" * 32


def otlp(name, number, *, parent=None, trace=TRACE, at=0, ms=1, links=(), error="", **attributes):
    """A line; `number` and `parent` are span ids, `at` milliseconds."""
    kinds = {bool: "boolValue", int: "intValue", float: "doubleValue", str: "stringValue"}

    def value(each):
        if isinstance(each, list):
            return {"arrayValue": {"values": [value(one) for one in each]}}
        return {kinds[type(each)]: str(each) if type(each) is int else each}

    span = {
        "traceId": trace,
        "spanId": f"{number:016x}",
        "name": name,
        "startTimeUnixNano": str(at * 1_000_000),
        "endTimeUnixNano": str((at + ms) * 1_000_000),
        "attributes": [{"key": key.replace("__", "."), "value": value(each)} for key, each in attributes.items()],
        "links": [{"traceId": where, "spanId": f"{which:016x}"} for where, which in links],
        "status": {"code": 2, "message": error} if error else {"code": 0},
    }
    if parent is not None:
        span["parentSpanId"] = f"{parent:016x}"
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "ragstream-test"}}]}
    return json.dumps({"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": [span]}]}]}) + "\n"


def hop(name, number, stage, **fields):
    """A record's way through a stage."""
    return otlp(name, number, **{"ragstream__stage": stage, "messaging__kafka__offset": 0, **fields})


def lines_of(*lines):
    return lambda wanted: (line for line in lines if any(each in line for each in wanted))
