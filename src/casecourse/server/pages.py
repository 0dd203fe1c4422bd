"""The few pages the server writes itself: one sentence in Chinese for somebody who cannot be let through."""

from __future__ import annotations

from html import escape

from starlette.responses import HTMLResponse

from casecourse.texts import t

_STYLE = (
    "body{font:17px/1.8 'Noto Sans SC','PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;"
    "max-width:40rem;margin:15vh auto;padding:0 1rem;color:#24221e;background:#fcfbf8}"
    "@media(prefers-color-scheme:dark){body{color:#e9e5db;background:#191815}}"
)


def page(title: str, text: str, *, status: int) -> HTMLResponse:
    """Return a page of a heading and a paragraph, both plain text, that no cache keeps."""
    html = (
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{escape(title)}</h1><p>{escape(text)}</p></body></html>"
    )
    return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store"})


def forbidden() -> HTMLResponse:
    """Return the page for somebody who may not have what was asked for."""
    return page(t("不能查看"), t("这个浏览器没有权限。请先回到课件首页加入班级或登录，再试一次。"), status=403)


def unknown() -> HTMLResponse:
    """Return the page for an address that leads nowhere."""
    return page(t("没有这个页面"), t("请检查地址，或回到课件首页。"), status=404)


def later() -> HTMLResponse:
    """Return the page for what cannot be read just now."""
    return page(t("现在取不到"), t("存放作答的地方现在读不出。交上的答案没有动，请稍后再试。"), status=503)
