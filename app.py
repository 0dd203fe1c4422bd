"""Start the course: `streamlit run app.py`, `python app.py`, `uvicorn app:app` and `casecourse run`, from any folder."""

import sys
from contextlib import suppress
from pathlib import Path

import streamlit as st

SOURCE = Path(__file__).resolve().parent / "src"
if (SOURCE / "casecourse").is_dir():  # a source tree that need not be installed
    sys.path.insert(0, str(SOURCE))

from casecourse.server import settings, start  # noqa: E402  the path above comes first
from casecourse.server.routes import ROUTES  # noqa: E402

settings.apply()
# Streamlit finds the server by reading this line, so it stays a plain call of st.App.
app = st.App(start.SCRIPT, routes=ROUTES, middleware=start.middleware(), lifespan=start.lifespan)

if __name__ == "__main__":
    with suppress(KeyboardInterrupt):  # Ctrl+C is how one stops
        app.run(config=start.from_command_line(sys.argv[1:]))
