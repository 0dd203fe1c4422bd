"""Coming in: who a browser is, joining a class, coming back on another device, the instructor's sign-in."""

from __future__ import annotations

import hashlib
import math
import secrets
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from casecourse.access import ANONYMOUS, JOIN, READ_OWN, SIGN_IN, Who, require
from casecourse.store import Store, devices, instructors, people
from casecourse.store.rows import PersonRow
from casecourse.texts import t

STUDENT_LASTS = timedelta(days=180)
INSTRUCTOR_LASTS = timedelta(hours=12)  # idle; every visit renews it
NAME = 40  # characters of a name, at most


class Refused(Exception):  # noqa: N818  a sentence for the person, not a mistake of ours
    """Somebody could not come in; the message says why and what to do."""


def hashed(token: str) -> str:
    """How a secret is kept: it is random and long, so a plain digest cannot be turned back."""
    return hashlib.sha256(token.encode()).hexdigest()


def who(store: Store, token: str | None) -> Who:
    """Whom the browser with this cookie stands for."""
    device = devices.who(store, hashed(token)) if token else None
    if device is None:
        return ANONYMOUS
    if device.instructor:
        devices.touch(store, device, INSTRUCTOR_LASTS)
        return Who("instructor", name=device.instructor.name, instructor=device.instructor.id)
    if device.person:
        devices.touch(store, device, STUDENT_LASTS)
        return as_student(device.person)
    return ANONYMOUS


def as_student(person: PersonRow) -> Who:
    """Who this person is."""
    return Who("student", person.id, person.class_id, person.shown)


def join(who: Who, store: Store, name: str, code: str, token: str | None, source: str) -> Who:
    """Become a new person of the class with this join code. Raises Refused, Forbidden."""
    require(who, JOIN)
    if not name.strip():
        raise Refused(t("请写上你的姓名或学号。"))
    if len(name.strip()) > NAME:
        raise Refused(t("姓名最多 {n} 个字。", n=NAME))
    _may_try(store, source, f"join:{people.as_code(code)}")
    found = people.class_by_code(store, code)
    if found is None:
        raise Refused(t("没有这个班级码。请看投影或问老师，注意码里没有 0、O、1、I、L。"))
    instructors.was_right(store, source, f"join:{people.as_code(code)}")
    try:
        person = people.join(store, found.id, name)
    except ValueError:
        raise Refused(t("请写上你的姓名或学号。")) from None
    return _bound(store, token, as_student(person))


def reopen(who: Who, store: Store, name: str, class_code: str, own_code: str, token: str | None, source: str) -> Who:
    """Be again whom one was on another device: name, class code and personal code. Raises Refused, Forbidden."""
    require(who, JOIN)
    account = f"person:{people.as_code(class_code)}:{name.strip()}"
    _may_try(store, source, account)
    found = people.class_by_code(store, class_code)
    person = people.person_by_code(store, found.id, name, own_code) if found else None
    if person is None:
        raise Refused(t("姓名、班级码与个人码对不上。个人码在你原来设备的“我的”页上。"))
    instructors.was_right(store, source, account)
    return _bound(store, token, as_student(person))


def sign_in(who: Who, store: Store, name: str, passcode: str, token: str | None, source: str) -> Who:
    """The instructor's sign-in by display name and passcode. Raises Refused, Forbidden."""
    require(who, SIGN_IN)
    _may_try(store, source, f"instructor:{name.strip()}")
    known = next((i for i in instructors.list_instructors(store) if i.name == name.strip()), None)
    hasher = PasswordHasher()
    try:
        # an unknown name costs the same time as a wrong passcode
        hasher.verify(known.passcode_hash if known else _decoy(), passcode.strip())
    except (Argon2Error, InvalidHashError):
        raise Refused(t("姓名与口令对不上。口令在第一次启动时印在服务器的窗口里。")) from None
    if known is None:
        raise Refused(t("姓名与口令对不上。口令在第一次启动时印在服务器的窗口里。"))
    if hasher.check_needs_rehash(known.passcode_hash):
        instructors.set_passcode(store, known.id, hasher.hash(passcode.strip()))
    instructors.was_right(store, source, f"instructor:{name.strip()}")
    return _bound(store, token, Who("instructor", name=known.name, instructor=known.id))


_decoys: list[str] = []


def _decoy() -> str:
    if not _decoys:
        _decoys.append(PasswordHasher().hash(secrets.token_urlsafe()))
    return _decoys[0]


def _may_try(store: Store, source: str, account: str) -> None:
    if wait := instructors.may_try(store, source, account):
        raise Refused(t("试得太多了，请等 {n} 秒再试。", n=math.ceil(wait)))


def _bound(store: Store, token: str | None, found: Who) -> Who:
    if token:
        lasts = INSTRUCTOR_LASTS if found.instructor else STUDENT_LASTS
        devices.bind_device(store, hashed(token), lasts=lasts, person_id=found.person, instructor_id=found.instructor)
    return found


def leave(store: Store, token: str | None) -> None:
    """This browser stands for nobody from now on."""
    if token:
        devices.bind_device(store, hashed(token), lasts=timedelta(seconds=0))


def nonce(store: Store, who: Who, token: str) -> str:
    """A one-time word with which this browser may change its cookie within 30 seconds of having come in."""
    word = secrets.token_urlsafe(24)
    devices.issue_nonce(store, hashed(word), hashed(token), person_id=who.person, instructor_id=who.instructor)
    return word


def claim(store: Store, nonce: str, old_token: str) -> str | None:
    """The browser's new token for a nonce, or None. The old token stands for nobody afterwards."""
    token = secrets.token_urlsafe(32)
    known = devices.who(store, hashed(old_token))
    lasts = INSTRUCTOR_LASTS if known and known.instructor else STUDENT_LASTS
    return token if devices.claim(store, hashed(nonce), hashed(old_token), hashed(token), lasts=lasts) else None


def myself(who: Who, store: Store) -> PersonRow:
    """Name and personal code, for one's own page. Raises Forbidden."""
    require(who, READ_OWN, owner=who.person)
    person = people.person(store, who.person or "")
    if person is None:
        raise Refused(t("这个人已经不在名单里，请重新加入。"))
    return person
