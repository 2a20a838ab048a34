"""The native API, under `/api/v1`: one module a group of routes, each with `make_router()` and the `KINDS` of its bodies."""
