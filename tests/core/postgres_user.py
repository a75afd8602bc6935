"""Handles an embedded server as another user: ``postgres_user.py UID DATA_DIR SYSTEM_DIR ensure|stop|place``.

Everything is imported before the identity is dropped: the user need not be
able to read this project. Prints what came out, or the refusal's sentence
with exit code 3.
"""

import os
import sys
from pathlib import Path

from jifen.core.postgres import DatabaseTrouble, Embedded, programs


def main(uid: int, data_dir: Path, system_dir: Path, action: str) -> int:
    if uid != os.geteuid():
        # A user out of reach of the installed programs would have installed his own: here, a copy.
        shelf = Path(os.environ["SHELF"])
        copies = [folder / programs.WHEEL for folder in shelf.glob("programs-*")]
        if copies:
            programs.wheel_folders = lambda: copies
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
    try:
        print(getattr(Embedded(data_dir, system_dir=system_dir), action)())
    except DatabaseTrouble as refusal:
        print(refusal)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]))
