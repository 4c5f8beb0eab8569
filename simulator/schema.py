"""LINE's own OpenAPI file as a second opinion, when its directory is at hand."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

FILE_NAME = "messaging-api.strict.yml"


class StrictSchema:
    """Validates request bodies against messaging-api.strict.yml; built once, at first use.

    Raises FileNotFoundError at once when the file is missing. Needs openapi-core and PyYAML,
    which are development tools: ImportError at first use without them.
    """

    def __init__(self, directory: Path) -> None:
        self._path = Path(directory) / FILE_NAME
        if not self._path.is_file():
            raise FileNotFoundError(f"no {FILE_NAME} in {directory}")
        self._lock = threading.Lock()
        self._openapi: Any = None

    def problems(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> list[str]:
        """What is wrong with a request, in the validator's words. `path` as at api.line.me.

        Paths that the file does not describe have no problems.
        """
        from openapi_core.exceptions import OpenAPIError
        from openapi_core.templating.paths.exceptions import PathError
        from openapi_core.testing import MockRequest

        request = MockRequest(
            "https://api.line.me",
            method.lower(),
            path,
            data=body,
            content_type="application/json",
            headers=headers,
        )
        try:
            with self._lock:  # jsonschema's resolver keeps a stack of scopes: not shared
                self._load().validate_request(request)
        except PathError:
            return []
        except OpenAPIError as error:
            cause = error.__cause__
            listed = getattr(cause, "schema_errors", None)
            if listed:
                return [problem.message for problem in listed]
            return [str(cause or error)]
        return []

    def _load(self) -> Any:
        if self._openapi is None:
            import yaml
            from jsonschema_path import SchemaPath
            from openapi_core import Config, OpenAPI

            loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
            with self._path.open(encoding="utf-8") as file:
                document = yaml.load(file, Loader=loader)  # noqa: S506 -- CSafeLoader is safe
            # The file is LINE's and known good; checking the specification itself takes seconds.
            self._openapi = OpenAPI(
                SchemaPath.from_dict(document), config=Config(spec_validator_cls=None)
            )
        return self._openapi
