"""`python -m yizhan.config.cli` is `yizhan`."""

import sys

from yizhan.config.cli import main

sys.exit(main())
