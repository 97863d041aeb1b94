"""`python -m secondcoder`, where the command itself is not on the path.

Python looks for this package in the current folder first, unless it is started with -P: in a folder of somebody else's files, use
`python -P -m secondcoder` or the command. From here on nothing is looked for there.
"""

import os
import sys

# A study's folder, or one of interviews, holds what others sent. (`os` is loaded before any folder of ours is looked at.)
if (
    not sys.flags.safe_path
    and sys.path[:1] == [os.getcwd()]
    and os.path.dirname(os.path.dirname(__file__)) != sys.path[0]
):
    del sys.path[0]

from secondcoder.cli import main

if __name__ == "__main__":
    main()
