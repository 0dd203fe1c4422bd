"""`python -m casecourse.cli` equals `casecourse`."""

from casecourse.cli import main

main(prog_name="casecourse")
