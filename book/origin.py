"""Says on each page of the site which version it is, and links it to the repository that it was built from.

The repository is the one that a workflow runs for (`GITHUB_REPOSITORY`), else the remote `origin` if that is an address
on the web, so that a fork's links lead to the fork. Where there is none, a page has no such link. The site's own
address is that of the repository's GitHub Pages, or what `LDIV_SITE` says.
"""

import os
import re
import subprocess
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parent.parent
HOSTS = {  # what stands between a repository's address and a file, and how a report is filled in
    "github": ("", "issues/new?title={title}&body={body}"),
    "gitlab": ("-/", "-/issues/new?issue[title]={title}&issue[description]={body}"),
}


@dataclass(frozen=True)
class Origin:
    """Where the site comes from: the book's version, and what is known of its commit and repository."""

    version: str
    commit: str = ""
    changed: bool = False  # since the commit
    branch: str = ""
    repository: str = ""
    site: str = ""  # where it is published

    def __str__(self) -> str:
        commit = f", commit {self.commit[:7]}" if self.commit else ""
        return f"version {self.version}{commit}{' with changes' if self.changed else ''}"

    def links(self, page: str) -> dict[str, str]:
        """Where a page's source is shown, can be edited, and a mistake reported; none for a host not known."""
        host = (
            next((host for host in HOSTS if host in self.repository.split("/")[2:3][0]), "") if self.repository else ""
        )
        if not host:
            return {}
        between, report = HOSTS[host]
        shown, edited = (next(p for p in page_files(page, first) if (ROOT / p).exists()) for first in ("ipynb", "md"))
        filled = {"title": f"Mistake on the page {page}", "body": f"Page: {page}, {self}\n\nWhat is wrong:\n"}
        return {
            "source": f"{self.repository}/{between}blob/{self.commit or self.branch}/{shown}",
            "edit": f"{self.repository}/{between}edit/{self.branch}/{edited}",
            "report": f"{self.repository}/{report.format(**{k: quote(text) for k, text in filled.items()})}",
        }

    def runs(self, page: str) -> dict[str, str]:
        """Where a chapter can be run without a clone, which GitHub's repositories alone can: Colab opens the notebook
        that is published in the branch `notebooks`."""
        if not (project := project_on_github(self.repository)):
            return {}
        return {
            "colab": f"https://colab.research.google.com/github/{project}/blob/notebooks/{page}.ipynb",
            "codespaces": f"https://codespaces.new/{project}/tree/{self.branch}?quickstart=1",
        }


def project_on_github(repository: str) -> str:
    """`owner/name` of a repository on github.com, nothing of another."""
    match = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+)", repository)
    return match[1] if match else ""


def published_at(repository: str) -> str:
    """The address of the site, without a slash at its end: `LDIV_SITE`, else that of the repository's GitHub Pages."""
    if named := os.environ.get("LDIV_SITE", "").strip():
        return named.rstrip("/")
    owner, _, name = project_on_github(repository).partition("/")
    if not name:
        return ""
    host = f"{owner.lower()}.github.io"
    return f"https://{host}" if name.lower() == host else f"https://{host}/{name}"


def page_files(page: str, first: str) -> list[str]:
    """The two files that a page may have, one kind first: a pair's outputs are shown, its text is edited."""
    return [f"book/{page}.{suffix}" for suffix in sorted(("ipynb", "md"), key=lambda suffix: suffix != first)]


def web_address(remote: str) -> str:
    """A remote's address as a browser takes it, without name or password; nothing for a folder on a disk.

    A port stays if it is the web server's, and goes if it is that of SSH or of git's own protocol.
    """
    remote = re.sub(r"^[\w.-]+@([\w.-]+):(?!//)", r"ssh://\1/", remote.strip())
    match = re.fullmatch(r"(https?|ssh|git)://(?:[^/@]*@)?([\w.-]+\.\w+)(:\d+)?/(.+?)(?:\.git)?/*", remote)
    if not match:
        return ""
    scheme, host, port, path = match.groups()
    return f"{scheme}://{host}{port or ''}/{path}" if scheme.startswith("http") else f"https://{host}/{path}"


def git(*words: str) -> str:
    """What git says at the root of the repository; nothing without git, or where the root is none of its own."""
    try:
        said = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return said.stdout.strip()


def origin() -> Origin:
    """Where a site built now comes from."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    environment, own = os.environ, (ROOT / ".git").exists()
    repository = web_address(git("remote", "get-url", "origin")) if own else ""
    if environment.get("GITHUB_REPOSITORY"):
        server = environment.get("GITHUB_SERVER_URL", "https://github.com")
        repository = f"{server}/{environment['GITHUB_REPOSITORY']}"
    # Of a pull request GITHUB_REPOSITORY is where it is meant to go, and its own branch may lie in a fork alone.
    branch = environment.get("GITHUB_BASE_REF") or environment.get("GITHUB_REF_NAME") or git("branch", "--show-current")
    commit = git("rev-parse", "HEAD") if own else ""
    changed = bool(own and git("status", "--porcelain", "--untracked-files=no"))
    return Origin(version, commit, changed, branch or "main", repository, published_at(repository))


def built() -> str:
    """The time of the build, to the minute; `SOURCE_DATE_EPOCH` stands for it where builds are compared."""
    seconds = int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(seconds))


def setup(app: Sphinx) -> dict[str, bool]:
    """Sphinx extension: a line in each footer, and a menu of links in each header."""
    here, when = origin(), built()

    def on_page(app, page, template, context, doctree):
        text = str(here)
        if here.repository and here.commit:
            text = text.replace(
                here.commit[:7], f'<a href="{here.repository}/commit/{here.commit}">{here.commit[:7]}</a>'
            )
        context["theme_extra_footer"] = f"<p>{text[0].upper()}{text[1:]}; built {when}.</p>"
        if doctree is None or "header_buttons" not in context or not (links := here.links(page)):
            return
        words = {"source": "Show source", "edit": "Suggest an edit", "report": "Report a mistake"}
        icons = {"source": "fas fa-code", "edit": "fas fa-pencil-alt", "report": "fas fa-flag"}
        buttons = [
            {
                "type": "link",
                "url": url,
                "tooltip": words[kind],
                "text": words[kind],
                "icon": icons[kind],
                "label": kind,
            }
            for kind, url in links.items()
        ]
        group = {"type": "group", "tooltip": "Repository", "icon": "fas fa-code-branch", "buttons": buttons}
        context["header_buttons"].append(group | {"label": "repository"})

    app.connect("html-page-context", on_page, priority=600)  # after the theme has made its own buttons
    return {"parallel_read_safe": True, "parallel_write_safe": True}
