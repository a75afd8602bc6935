"""Handles an embedded server as another user: ``postgres_user.py UID DATA_DIR SYSTEM_DIR ensure|borrow|stop``.

Everything is imported before the identity is dropped: the user need not be
able to read this project. Prints what came out, or the refusal's sentence
with exit code 3. LINGER=SECONDS keeps it alive afterwards.
"""

import os
import sys
import time
import types
from pathlib import Path

# The rooms are not needed here, and a second each time is: the package is named without running it.
package = types.ModuleType("jifen")
package.__path__ = [str(Path(__file__).resolve().parents[2] / "jifen")]
sys.modules["jifen"] = package

from jifen.core.postgres import DatabaseTrouble, Embedded, programs  # noqa: E402


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
        print(getattr(Embedded(data_dir, system_dir=system_dir), action)(), flush=True)
        time.sleep(float(os.environ.get("LINGER", "0")))
    except DatabaseTrouble as refusal:
        print(refusal)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]))
