"""`python -m secondcoder`, where the command itself is not on the path."""

from secondcoder.cli import main

if __name__ == "__main__":
    main()
