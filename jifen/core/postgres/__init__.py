"""The embedded PostgreSQL: a real server from the installed wheel, driven by its own programs."""

from jifen.core.postgres.embedded import Embedded
from jifen.core.postgres.place import Place, conninfo, url_of
from jifen.core.postgres.programs import DatabaseTrouble, DiskFull

__all__ = ["DatabaseTrouble", "DiskFull", "Embedded", "Place", "conninfo", "url_of"]
