"""The session cookie: Flask's session, sealed with Fernet so that neither scripts nor its owner can read the tokens."""

import base64
import hashlib
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SessionInterface

from portal.settings import Settings

LARGEST = 4093
"""Bytes of name and value that every browser keeps (RFC 6265 asks for 4096 with the attributes)."""


def key_for(purpose: str, secret: str) -> bytes:
    """32 bytes for one purpose, so that a seal and a signature never share a key."""
    return hashlib.blake2b(secret.encode(), digest_size=32, person=purpose.encode()).digest()


class SealedCookies(SessionInterface):
    """Opens the session of each request and seals it again when it changed."""

    def __init__(self, settings: Settings, secrets: list[str]) -> None:
        """The first secret seals; the others still open what an older key sealed."""
        self._settings = settings
        self._fernet = MultiFernet([Fernet(base64.urlsafe_b64encode(key_for("cookie", secret))) for secret in secrets])

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        """What the cookie holds, or an empty session when it is absent, foreign or damaged."""
        sealed = request.cookies.get(self._settings.cookie_name, "")
        return SecureCookieSession(self.unseal(sealed))

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        """Send the cookie when the session changed, and never let a cache keep it."""
        if session.accessed:
            response.vary.add("Cookie")
        if not session.modified:
            return
        options: dict[str, Any] = {"path": "/", "secure": self._settings.https, "httponly": True, "samesite": "Lax"}
        if not session:
            response.delete_cookie(self._settings.cookie_name, **options)
            return
        if session.get("remember"):
            options["max_age"] = self._settings.remember_days * 86400
        response.set_cookie(self._settings.cookie_name, self.seal(dict(session)), **options)

    def seal(self, content: dict[str, Any]) -> str:
        """Encrypted and authenticated text of the content."""
        plain = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        return self._fernet.encrypt(plain.encode()).decode()

    def unseal(self, sealed: str) -> dict[str, Any]:
        """The content again; nothing when the seal is broken."""
        try:
            content = json.loads(self._fernet.decrypt(sealed.encode()))
        except (InvalidToken, ValueError):
            return {}
        return content if isinstance(content, dict) else {}
