"""The API that clients of yente speak: its routes, parameters, shapes and limits, over this register and matcher.

docs/yente.md says how to move from yente, and what is different here and why.
"""

from tocsin.web.yente.service import make_router, make_yente

__all__ = ["make_router", "make_yente"]
