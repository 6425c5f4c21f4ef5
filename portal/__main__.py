"""`python -m portal` is the console script `portal`."""

import sys

from portal.commands import main

sys.exit(main())
