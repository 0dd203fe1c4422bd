"""What people do, one function per deed: it asks access, reads, grades, stores. Pages and routes call nothing below it."""

from casecourse.access import Forbidden
from casecourse.store.errors import StoreDown

__all__ = ["Forbidden", "StoreDown"]
