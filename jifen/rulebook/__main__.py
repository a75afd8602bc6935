"""``python -m jifen.rulebook score RULEBOOK RECORDS.csv``: the pure commands without Flask."""

from jifen.rulebook.cli import rules

if __name__ == "__main__":
    rules(prog_name="rules")
