"""The WSGI side: LINE's door, the HTTP API and the chat page in one Flask application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response, redirect, request, send_from_directory
from werkzeug.wrappers import Response as BaseResponse

from simulator.authenticator import Look, add_authenticator
from simulator.core import Simulator
from simulator.door import build_door
from simulator.http_api import build_api

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# Pictures in messages come from anywhere, as in LINE; scripts and styles only from here.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data: blob: http: https:; media-src 'self' blob: http: https:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


def create_app(sim: Simulator, prefix: str = "", look: Look | None = None) -> Flask:
    """`<prefix>/simulator/` the page, `/simulator/api/` the HTTP API, `/simulator/line/` the door,
    and with `look` `/simulator/authenticator`.

    The page uses relative addresses, so a further prefix of a proxy does no harm.
    """
    app = Flask("simulator", static_folder=None)
    root = f"{prefix.rstrip('/')}/simulator"
    app.register_blueprint(build_door(sim), url_prefix=f"{root}/line")
    app.register_blueprint(build_api(sim), url_prefix=f"{root}/api")

    if look is not None:
        add_authenticator(app, root, look, _POLICY)

    @app.get(f"{root}/")
    def page() -> Response:
        response = send_from_directory(_static(app), "index.html")
        response.headers["Content-Security-Policy"] = _POLICY
        return response

    @app.get(f"{root}/static/<path:name>")
    def static_file(name: str) -> Response:
        return send_from_directory(_static(app), name)

    @app.get(root)
    def slash() -> BaseResponse:
        return redirect(request.path.rsplit("/", 1)[-1] + "/")

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        response.headers.setdefault("Cache-Control", "no-cache")
        return response

    return app


def mount(app: WSGIApplication, sim: Simulator, look: Look | None = None) -> WSGIApplication:
    """`app` with the simulator beside it: paths under /simulator are the simulator's."""
    line: WSGIApplication = create_app(sim, look=look)

    def either(environ: dict[str, object], start_response: object) -> object:
        path = str(environ.get("PATH_INFO", ""))
        chosen = line if path == "/simulator" or path.startswith("/simulator/") else app
        return chosen(environ, start_response)  # type: ignore[arg-type]

    return either  # type: ignore[return-value]


def _static(app: Flask) -> str:
    return f"{app.root_path}/static"
