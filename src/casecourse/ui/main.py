"""The frame: settings in force, the course, who this is, and the pages of her role."""

from __future__ import annotations

import logging
from pathlib import Path

import streamlit as st

from casecourse.actions import mechanisms, testing
from casecourse.store.errors import Damaged, Newer, StoreDown
from casecourse.texts import t, use
from casecourse.ui import session
from casecourse.ui.components.claim import claim, leave
from casecourse.ui.look import CSS

ICON = str(Path(__file__).parent / "look" / "icon.png")  # a file of ours: a named icon would be fetched from elsewhere
SCREENS = Path(__file__).parent / "screens"


def pages() -> list[st.Page]:
    """The pages of this person's role; a page that is not listed cannot be reached."""
    role = session.who().role
    found = [
        st.Page(SCREENS / "library.py", title=t("案例库"), url_path="library", default=True),
        st.Page(SCREENS / "unit.py", title=t("单元"), url_path="unit", visibility="hidden"),
    ]
    if mechanisms.offered(session.who()):
        found.append(st.Page(SCREENS / "mechanisms.py", title=t("机制"), url_path="mechanisms"))
    if testing.offered(session.who(), session.course()):
        found.append(st.Page(SCREENS / "tests.py", title=t("前后测"), url_path="tests"))
    if role == "student":
        found.append(st.Page(SCREENS / "live.py", title=t("课堂"), url_path="live"))
        found.append(st.Page(SCREENS / "me.py", title=t("我的"), url_path="me"))
    if role == "instructor":
        found.append(st.Page(SCREENS / "project.py", title=t("投影"), url_path="project"))
        found.append(st.Page(SCREENS / "remote.py", title=t("遥控"), url_path="remote"))
        found.append(st.Page(SCREENS / "classroom.py", title=t("班级"), url_path="class"))
        found.append(st.Page(SCREENS / "grading.py", title=t("评阅"), url_path="grading"))
        found.append(st.Page(SCREENS / "note.py", title=t("案例使用说明书"), url_path="note", visibility="hidden"))
    if role == "anonymous":
        found.append(st.Page(SCREENS / "join.py", title=t("加入班级"), url_path="join"))
    found.append(st.Page(SCREENS / "teacher.py", title=t("教师"), url_path="teacher"))
    return found


def trouble(error: Exception) -> None:
    """The store cannot be used: say so, and that nothing was replaced."""
    st.title(t("暂时不能上课"), anchor=False)
    if isinstance(error, Damaged):
        st.markdown(
            t("存放作答的文件读不出来，没有动它。请保持页面打开，并告诉老师：在服务器上运行 casecourse doctor。")
        )
    elif isinstance(error, Newer):
        st.markdown(t("存放作答的文件是更新版本的程序建的，请升级程序。"))
    else:
        st.markdown(t("存放作答的地方现在写不进或读不出。请保持页面打开，稍后再试。"))


def run() -> None:
    """One script run."""
    st.set_page_config(page_title=t("案例课件"), page_icon=ICON, layout="wide", initial_sidebar_state=300)
    st.html(CSS)
    try:
        use(session.course().language)
        page = st.navigation(pages(), position="top")
        page.run()
        if session.kept("leaving"):
            session.drop("leaving")
            leave()
        if word := session.kept("claim"):
            claim(str(word))
    except (StoreDown, Damaged, Newer) as error:
        trouble(error)
    except Exception:
        # Streamlit's own box is English and offers to ask elsewhere; the details belong in the log
        logging.getLogger(__name__).exception("a page failed")
        st.markdown(f"**{t('这一页出了错')}**")
        st.caption(t("已交上的答案都在。请刷新页面；若还是这样，请告诉老师。"))


run()
