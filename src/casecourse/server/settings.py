"""The one table of Streamlit's settings, put in force in code however and from wherever the server is started."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import cache
from typing import Final

from streamlit import config

_log = logging.getLogger(__name__)


def _section(name: str, **options: object) -> dict[str, object]:
    return {f"{name}.{option}": value for option, value in options.items()}


_SERVER: Final = {
    **_section(
        "server",
        # Walking every loaded module once a session turns a class that joins together into a queue.
        fileWatcherType="none",
        headless=True,
        disconnectedSessionTTL=1800,  # seconds: a phone locked for half a lecture comes back to its session
        maxUploadSize=10,  # MB
    ),
    # A full garbage collection after every rerun costs ten times the rerun.
    **_section("runner", postScriptGC=False, magicEnabled=False),
    **_section("client", toolbarMode="minimal", showErrorDetails="none"),
    **_section("browser", gatherUsageStats=False),
    **_section("logger", hideWelcomeMessage=True),  # the welcome asks an outside host for this machine's address
    **_section("global", minCachedMessageSize=1000),  # bytes
}

_SANS: Final = "'Noto Sans SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
_SERIF: Final = "'Noto Serif SC', 'Source Han Serif SC', 'Songti SC', 'Noto Serif CJK SC', 'Microsoft YaHei', serif"

_THEME: Final = {
    **_section(
        "theme",
        base="light",
        baseFontSize=17,  # px: forty Chinese characters are 680 px
        baseFontWeight=400,
        font=_SANS,
        headingFont=_SERIF,
        headingFontSizes=["2rem", "1.47rem", "1.18rem", "1.06rem", "1rem", "0.88rem"],
        headingFontWeights=[700, 700, 700, 700, 600, 600],
        codeFontSize="0.88rem",
        metricValueFontSize="1.9rem",
        metricValueFontWeight=400,
        linkUnderline=True,
        baseRadius="4px",
        buttonRadius="4px",
        showSidebarBorder=True,
        paddingTop="1rem",
        paddingBottom="5rem",
    ),
    # Red is vermilion too: right and wrong each have one colour.
    **_section(
        "theme.light",
        primaryColor="#2C4A7C",
        backgroundColor="#FCFBF8",
        secondaryBackgroundColor="#F4F1EA",
        textColor="#24221E",
        linkColor="#2C4A7C",
        borderColor="#DDD7CA",
        grayColor="#6A6457",
        grayTextColor="#625C50",
        grayBackgroundColor="#F0ECE3",
        greenColor="#006B57",
        greenTextColor="#00604E",
        greenBackgroundColor="#E6F2EC",
        orangeColor="#A63F10",
        orangeTextColor="#97390E",
        orangeBackgroundColor="#FBEBE1",
        redColor="#A63F10",
        redTextColor="#97390E",
        redBackgroundColor="#FBEBE1",
        yellowColor="#805800",
        yellowTextColor="#735000",
        yellowBackgroundColor="#F8EFD6",
        blueColor="#2C4A7C",
        blueTextColor="#2C4A7C",
        blueBackgroundColor="#E9EDF5",
        dataframeHeaderBackgroundColor="#F4F1EA",
        dataframeHeaderTextColor="#625C50",
        # Roles, not a rainbow: accent, context, ochre, teal, ink, right, wrong, pale accent, muted text, hairline.
        chartCategoricalColors=[
            *("#2C4A7C", "#958C7A", "#A8741A", "#2A7F74", "#24221E"),
            *("#006B57", "#A63F10", "#C3CEE2", "#625C50", "#DDD7CA"),
        ],
    ),
    **_section("theme.light.sidebar", backgroundColor="#F7F5EF", secondaryBackgroundColor="#ECE8DE"),
    **_section(
        "theme.dark",
        primaryColor="#5273B3",
        backgroundColor="#191815",
        secondaryBackgroundColor="#23211D",
        textColor="#E9E5DB",
        linkColor="#AFC4EE",
        borderColor="#3B3832",
        grayColor="#A39D90",
        grayTextColor="#B0AA9C",
        grayBackgroundColor="#2A2823",
        greenColor="#62C2A6",
        greenTextColor="#7FD0B7",
        greenBackgroundColor="#14302A",
        orangeColor="#EE9468",
        orangeTextColor="#F2A480",
        orangeBackgroundColor="#3A2217",
        redColor="#EE9468",
        redTextColor="#F2A480",
        redBackgroundColor="#3A2217",
        yellowColor="#DDB45C",
        yellowTextColor="#E3C17A",
        yellowBackgroundColor="#332A14",
        blueColor="#AFC4EE",
        blueTextColor="#AFC4EE",
        blueBackgroundColor="#222B3D",
        dataframeHeaderBackgroundColor="#23211D",
        dataframeHeaderTextColor="#B0AA9C",
        chartCategoricalColors=[
            *("#94AFE3", "#787267", "#D6A650", "#5DB5A8", "#E9E5DB"),
            *("#62C2A6", "#EE9468", "#3A4A6B", "#B0AA9C", "#3B3832"),
        ],
    ),
    **_section("theme.dark.sidebar", backgroundColor="#1E1D19", secondaryBackgroundColor="#2A2823"),
}

SETTINGS: Final[Mapping[str, object]] = {**_SERVER, **_THEME}

# `streamlit run` reads these before it imports the start file, so they also stand in .streamlit/config.toml beside it.
READ_EARLY: Final = ("server.headless", "browser.gatherUsageStats", "logger.hideWelcomeMessage")


def _set_where_free() -> None:
    options = config.get_config_options()
    for name, value in SETTINGS.items():
        if name in options and not config.is_manually_set(name):
            config.set_option(name, value, "casecourse")


@cache
def apply() -> None:
    """Put the table in force wherever nobody chose otherwise by file or flag, from now on and after every reading.

    Streamlit reads its files again when it starts and when one of them changes, and forgets what was set in code.
    """
    config.on_config_parsed(_set_where_free)  # now, if they have been read
    config.on_config_parsed(_set_where_free, force_connect=True)


def in_force() -> dict[str, tuple[object, object]]:
    """Every setting of the table with what is wanted and what Streamlit has; None where it knows no such setting."""
    options = config.get_config_options()
    return {name: (wanted, options[name].value if name in options else None) for name, wanted in SETTINGS.items()}


def warn() -> None:
    """Write to the log which settings are not in force: somebody chose otherwise, or this Streamlit has them no more."""
    for name, (wanted, got) in in_force().items():
        if got != wanted:
            _log.warning("Streamlit setting %s is %r instead of %r", name, got, wanted)
