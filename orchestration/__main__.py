"""`python -m orchestration …` is `warehouse …`."""

from orchestration.cli import run

if __name__ == "__main__":
    run()
