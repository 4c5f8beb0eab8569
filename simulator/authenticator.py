"""A page that plays the authenticator app of everybody in the demo: who, and the code of now.

It knows no keys: whoever mounts it hands in what there is to show. No script: the page asks again
by itself every few seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from flask import Flask, Response

_AGAIN = 5  # seconds


@dataclass(frozen=True)
class Shown:
    """One account of the app."""

    name: str
    account: str
    code: str  # "" while there is none that was not used yet
    seconds: int  # until the next one


Look = Callable[[], Sequence[Shown]]

_PAGE = """<!doctype html>
<html lang="th">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="{again}">
<title>แอปยืนยันตัวตนจำลอง</title>
<link rel="icon" href="static/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="static/authenticator.css">
</head>
<body>
<main>
<h1>แอปยืนยันตัวตนจำลอง</h1>
<p>มีเฉพาะในระบบสาธิต ของจริงตัวเลขนี้อยู่ในโทรศัพท์ของแต่ละคน</p>
<ul>
{rows}
</ul>
</main>
</body>
</html>
"""
_ROW = """<li data-testid="account" data-account="{account}" data-code="{code}">
<span class="who">{name} <small>{account}</small></span>
{what}
</li>"""


def add_authenticator(app: Flask, root: str, look: Look, policy: str) -> None:
    @app.get(f"{root}/authenticator")
    def authenticator() -> Response:
        rows = "\n".join(_row(one) for one in look()) or "<li>ยังไม่มีใครตั้งแอปยืนยันตัวตน</li>"
        response = Response(_PAGE.format(again=_AGAIN, rows=rows))
        response.headers["Content-Security-Policy"] = policy
        response.headers["Cache-Control"] = "no-store"
        return response


def _row(one: Shown) -> str:
    if one.code:
        code = f"{one.code[:3]} {one.code[3:]}"
        what = f'<span class="code">{code}</span><span class="left">อีก {one.seconds} วินาที</span>'
    else:
        what = f'<span class="left">ใช้ไปแล้ว รอตัวเลขใหม่อีก {one.seconds} วินาที</span>'
    return _ROW.format(account=escape(one.account), name=escape(one.name), code=one.code, what=what)
