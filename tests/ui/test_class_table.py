"""The class's table, as students see it after their own answer: agreed cells in place, split ones with versions side by side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from casecourse.actions import answering, joining, operating
from casecourse.loading import Content
from casecourse.store import Store, people
from tests.conftest import ROOT

MAIN = ROOT / "src" / "casecourse" / "ui" / "main.py"
SAID = {  # what three students put into two cells of 嘉兴, and one into a third
    "从哪里下手": ["两头同时", "两头同时", "社会一侧"],
    "谁在推": ["党委", "政府部门", "上级政策"],
    "动得多深": ["换了分工"],
}


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store that the screens use, with the shipped course."""
    monkeypatch.setenv("CASECOURSE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("CASECOURSE_CONTENT", str(ROOT))
    monkeypatch.delenv("CASECOURSE_STORE", raising=False)
    store = operating.store()
    yield store
    store.close()


def test_a_class_sees_where_it_agrees_and_the_versions_where_it_splits(opened: Store, content: Content) -> None:
    """Two of three of one mind agree; three versions stand side by side; one voice alone is no agreement."""
    course, room = content.course, people.list_classes(opened)[0].id
    class_ = [joining.as_student(people.join(opened, room, name)) for name in ("王芳", "李明", "赵静")]
    for n, who in enumerate(class_):
        raw = {"嘉兴": {column: said[n] for column, said in SAID.items() if n < len(said)}}
        answering.submit(who, opened, course, "cross", "fill-power", raw, f"id-{n}", ["matrix#t-power"])
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    app.session_state["who"] = class_[0]
    app.run()
    app.query_params["case"], app.query_params["unit"] = "cross", "matrix"
    app.switch_page("screens/unit.py").run()
    assert not app.exception
    table = next(
        t.value for t in app.table if list(t.value.columns) == ["从哪里下手", "谁在推", "动了什么", "动得多深"]
    )
    cells = table.loc["嘉兴"]
    assert "两头同时" in cells["从哪里下手"]
    assert "2 / 3" in cells["从哪里下手"]
    assert "3 种说法" in cells["谁在推"]
    assert "一致" not in cells["动得多深"]
    assert cells["动了什么"].endswith("—")
    assert "2 格有分歧" in "\n".join(c.value for c in app.caption)
    beside = [t.value for t in app.text]
    assert {"党委　1 人", "政府部门　1 人", "上级政策　1 人", "换了分工　1 人"} <= set(beside)
