"""Where the site says that it comes from."""

import subprocess
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import origin
import pytest

REMOTES = {
    "https://github.com/someone/book.git": "https://github.com/someone/book",
    "https://someone:secret@github.com/someone/book": "https://github.com/someone/book",
    "git@github.com:someone/book.git": "https://github.com/someone/book",
    "ssh://git@gitlab.example.org:2222/group/sub/book.git/": "https://gitlab.example.org/group/sub/book",
    "https://someone:secret@gitlab.example.org:8443/group/book.git": "https://gitlab.example.org:8443/group/book",
    "http://gitlab.example.org:8080/group/book": "http://gitlab.example.org:8080/group/book",
    "git://gitlab.example.org:9418/group/book.git": "https://gitlab.example.org/group/book",
    "/home/someone/book": "",
    "../book": "",
    "file:///srv/git/book.git": "",
    "C:\\Users\\someone\\book": "",
    "": "",
}


@pytest.mark.parametrize(("remote", "address"), REMOTES.items())
def test_a_remote_on_the_web_is_an_address_and_a_folder_is_none(remote, address):
    assert origin.web_address(remote) == address


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A repository of one commit whose remote `origin` lies on the web, seen from outside any workflow."""
    names = ("REPOSITORY", "SERVER_URL", "REF_NAME", "BASE_REF", "HEAD_REF")
    for name in ("LDIV_SITE", *(f"GITHUB_{name}" for name in names)):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(origin, "ROOT", tmp_path)
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2"\n', encoding="utf-8")
    (tmp_path / "book").mkdir()
    for name in ("01-one.md", "01-one.ipynb", "intro.md"):
        (tmp_path / "book" / name).touch()
    who = ["-c", "user.name=a", "-c", "user.email=a@b.example"]
    git = [["init", "-q", "-b", "trunk"], ["add", "."], [*who, "commit", "-qm", "first"]]
    git += [["remote", "add", "origin", "git@github.com:someone/book.git"]]
    for words in git:
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    return tmp_path


def test_links_lead_to_the_remote(root):
    here = origin.origin()
    links = here.links("01-one")
    assert len(here.commit) == 40
    assert links["source"] == f"https://github.com/someone/book/blob/{here.commit}/book/01-one.ipynb"
    assert links["edit"] == "https://github.com/someone/book/edit/trunk/book/01-one.md"
    assert here.links("intro")["source"].endswith("/book/intro.md")
    report = urlsplit(links["report"])
    filled = parse_qs(report.query)
    assert report.path == "/someone/book/issues/new"
    assert filled["title"] == ["Mistake on the page 01-one"]
    assert f"Page: 01-one, version 1.2, commit {here.commit[:7]}\n" in filled["body"][0]


def test_a_workflow_of_a_fork_leads_to_the_fork(root, monkeypatch):
    monkeypatch.setenv("GITHUB_REPOSITORY", "another/fork")
    monkeypatch.setenv("GITHUB_REF_NAME", "main")
    assert origin.origin().links("01-one")["edit"] == "https://github.com/another/fork/edit/main/book/01-one.md"


def test_a_pull_request_from_a_fork_leads_to_branch_and_repository_that_it_is_meant_for(root, monkeypatch):
    pull_request = {"REPOSITORY": "someone/base", "REF_NAME": "12/merge", "BASE_REF": "main", "HEAD_REF": "mend"}
    for name, value in pull_request.items():
        monkeypatch.setenv(f"GITHUB_{name}", value)
    links = origin.origin().links("01-one")
    assert links["edit"] == "https://github.com/someone/base/edit/main/book/01-one.md"
    assert links["source"].startswith("https://github.com/someone/base/blob/")
    assert [url for url in links.values() if "mend" in url] == []


def test_a_port_stays_in_the_links(root):
    remote = "https://gitlab.example.org:8443/group/book.git"
    subprocess.run(["git", "remote", "set-url", "origin", remote], cwd=root, check=True)
    assert (
        origin.origin().links("01-one")["edit"].startswith("https://gitlab.example.org:8443/group/book/-/edit/trunk/")
    )


def test_a_chapter_of_a_fork_runs_from_the_fork(root, monkeypatch):
    assert origin.origin().runs("01-one") == {
        "colab": "https://colab.research.google.com/github/someone/book/blob/notebooks/01-one.ipynb",
        "codespaces": "https://codespaces.new/someone/book/tree/trunk?quickstart=1",
    }
    monkeypatch.setenv("GITHUB_REPOSITORY", "another/fork")
    assert "/github/another/fork/blob/notebooks/" in origin.origin().runs("01-one")["colab"]


@pytest.mark.parametrize(
    ("repository", "site"),
    {
        "https://github.com/Someone/book": "https://someone.github.io/book",
        "https://github.com/someone/someone.github.io": "https://someone.github.io",
        "https://github.example.org/someone/book": "",
        "https://gitlab.com/someone/book": "",
        "": "",
    }.items(),
)
def test_the_site_is_where_github_puts_pages_or_where_a_variable_says(repository, site, monkeypatch):
    monkeypatch.delenv("LDIV_SITE", raising=False)
    assert origin.published_at(repository) == site
    assert origin.Origin("1.2", repository=repository).runs("01-one").keys() == (
        {"colab", "codespaces"} if site else set()
    )
    monkeypatch.setenv("LDIV_SITE", "https://book.example/ ")
    assert origin.published_at(repository) == "https://book.example"


def test_changes_since_the_commit_are_told(root):
    assert not origin.origin().changed
    (root / "pyproject.toml").write_text('[project]\nversion = "1.3"\n', encoding="utf-8")
    assert str(origin.origin()).startswith("version 1.3, commit ")
    assert str(origin.origin()).endswith(" with changes")


def test_a_folder_as_remote_gives_no_link(root):
    subprocess.run(["git", "remote", "set-url", "origin", str(root)], cwd=root, check=True)
    assert origin.origin().links("01-one") == {}


def test_without_git_there_is_a_version_alone(tmp_path, monkeypatch, root):
    monkeypatch.setattr(origin, "ROOT", tmp_path / "unpacked")
    (tmp_path / "unpacked").mkdir()  # inside somebody else's repository
    (tmp_path / "unpacked" / "pyproject.toml").write_text('[project]\nversion = "1.2"\n', encoding="utf-8")
    assert str(origin.origin()) == "version 1.2"
    assert origin.origin().links("01-one") == {}


def test_a_page_without_a_source_has_no_menu(root):
    app, handlers = SimpleNamespace(), []
    app.connect = lambda event, handler, priority: handlers.append(handler)
    origin.setup(app)
    context = {"header_buttons": []}
    handlers[0](app, "search", "search.html", context, None)
    assert context["header_buttons"] == []
    assert "https://github.com/someone/book/commit/" in context["theme_extra_footer"]
    handlers[0](app, "01-one", "page.html", context, object())
    assert [button["label"] for button in context["header_buttons"][0]["buttons"]] == ["source", "edit", "report"]
