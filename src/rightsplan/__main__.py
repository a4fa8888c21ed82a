"""`python -m rightsplan`."""

from rightsplan.cli import main

main()
