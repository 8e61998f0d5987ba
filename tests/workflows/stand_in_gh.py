"""A stand-in for the `gh` of GitHub's runners: `gh api` on a pull request's comments, which a file keeps."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

import jq

PAGE = 2
READ_ONLY = "a token that may not write"
REFUSED = "gh: Resource not accessible by integration (HTTP 403)"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["api"])
    parser.add_argument("path")
    parser.add_argument("--paginate", action="store_true")
    parser.add_argument("--jq")
    parser.add_argument("--method", choices=["POST", "PATCH"])
    parser.add_argument("--field")
    parser.add_argument("--silent", action="store_true")
    options = parser.parse_args()
    if not os.environ.get("GH_TOKEN"):
        sys.exit("gh: set the GH_TOKEN environment variable")
    file = Path(os.environ["STAND_IN_COMMENTS"])
    comments: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    if options.method is None:
        assert options.path == "repos/acme/shop/issues/7/comments"
        show(comments, options)
        return
    if os.environ["GH_TOKEN"] == READ_ONLY:
        sys.exit(REFUSED)
    key, _, value = options.field.partition("=@")
    text = Path(value).read_text(encoding="utf-8")
    assert key == "body"
    if options.method == "POST":
        assert options.path == "repos/acme/shop/issues/7/comments"
        comments.append({"id": len(comments) + 100, "user": {"login": "github-actions[bot]"}, "body": text})
    else:
        base, _, number = options.path.rpartition("/")
        assert base == "repos/acme/shop/issues/comments"
        next(it for it in comments if it["id"] == int(number))["body"] = text
    file.write_text(json.dumps(comments), encoding="utf-8")


def show(comments: list[dict[str, Any]], options: argparse.Namespace) -> None:
    """Print what the filter makes of each page, or of the first alone."""
    pages = [comments[at : at + PAGE] for at in range(0, len(comments), PAGE)] or [[]]
    for page in pages if options.paginate else pages[:1]:
        for found in jq.compile(options.jq).input_value(page):
            print(found if isinstance(found, str) else json.dumps(found))  # noqa: T201


if __name__ == "__main__":
    main()
