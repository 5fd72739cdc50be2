"""`python -m core`: the command line of everything that computes."""

from core.cli.cli import main

if __name__ == "__main__":
    main()
